import type { AnyDesc, DescFile } from "@bufbuild/protobuf";
import { pathInSource, sourceOf } from "./source.js";

/** Where an element is declared, as `file.proto:line:column` (both from 1), or just the file without source info. */
export function locate(desc: AnyDesc): string {
  const file = fileOf(desc);
  const span = desc.kind === "file" ? undefined : sourceOf(file).get(pathInSource(desc))?.span;
  if (span === undefined) return file.proto.name;
  return `${file.proto.name}:${(span[0] ?? 0) + 1}:${(span[1] ?? 0) + 1}`;
}

function fileOf(desc: AnyDesc): DescFile {
  switch (desc.kind) {
    case "file":
      return desc;
    case "field":
    case "oneof":
    case "enum_value":
    case "rpc":
      return desc.parent.file;
    default:
      return desc.file;
  }
}
