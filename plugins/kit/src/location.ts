import type { AnyDesc } from "@bufbuild/protobuf";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { fileOf, pathInSource } from "./source.js";
import { readPosition } from "./source-info.js";

/** Where an element is declared, as `file.proto:line:column` (both from 1), or just the file without source info. */
export function locate(desc: AnyDesc): string {
  return locateAt(fileOf(desc).proto, pathInSource(desc));
}

/** Where an option of an element is given, by the numbers of `options` in its proto and of the option; else the element. */
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
