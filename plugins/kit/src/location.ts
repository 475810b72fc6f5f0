import type { AnyDesc } from "@bufbuild/protobuf";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { fileOf, pathInSource } from "./source.js";
import { readPosition } from "./source-info.js";

/** The place of an element as `file.proto:line:column` (both from 1), or only the file if there is no source info. */
export function locate(desc: AnyDesc): string {
  return locateAt(fileOf(desc).proto, pathInSource(desc));
}

/** The place of an element's option, by the field numbers of `options` and of the option. Without one, the element's place. */
export function locateOption(desc: AnyDesc, options: number, option: number): string {
  const file = fileOf(desc).proto;
  const path = `${pathInSource(desc)},${options},${option}`;
  return readPosition(file, path) === undefined ? locate(desc) : locateAt(file, path);
}

/** The place of a path in SourceCodeInfo, its numbers joined by commas. */
export function locateAt(file: FileDescriptorProto, path: string): string {
  const position = path === "" ? undefined : readPosition(file, path);
  if (position === undefined) return file.name;
  return `${file.name}:${(position[0] ?? 0) + 1}:${(position[1] ?? 0) + 1}`;
}
