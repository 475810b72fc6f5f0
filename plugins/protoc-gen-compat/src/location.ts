import type { AnyDesc } from "@bufbuild/protobuf";
import { fileOf, pathInSource } from "@protoloom/plugin-kit";
import type { Location } from "./finding.js";

/** The file and the path in SourceCodeInfo of an element. */
export function locationOf(desc: AnyDesc | undefined): Location | undefined {
  if (desc === undefined) return undefined;
  const path = pathInSource(desc);
  return { file: fileOf(desc).proto.name, path: path === "" ? [] : path.split(",").map(Number) };
}
