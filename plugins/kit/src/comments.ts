import type { AnyDesc, DescFile } from "@bufbuild/protobuf";
import { fileOf, pathInSource, sourceOf } from "./source.js";

/** The comments at an element of a proto file, as protoc gives them: without the comment marks. */
export interface Comments {
  readonly detached: readonly string[];
  readonly leading: string | undefined;
  readonly trailing: string | undefined;
}

const none: Comments = { detached: [], leading: undefined, trailing: undefined };

export function commentsOf(desc: Exclude<AnyDesc, DescFile>): Comments {
  const location = sourceOf(fileOf(desc).proto).get(pathInSource(desc));
  if (location === undefined) return none;
  return {
    detached: location.leadingDetachedComments,
    leading: location.leadingComments || undefined,
    trailing: location.trailingComments || undefined,
  };
}

const SYNTAX = "12";
const EDITION = "14";
const PACKAGE = "2";

/** The comments at the head of a file: above its syntax or edition, and above its package. */
export function headComments(file: DescFile): string[] {
  const source = sourceOf(file.proto);
  const head = source.get(SYNTAX) ?? source.get(EDITION);
  const comments = [...(head?.leadingDetachedComments ?? [])];
  if (head?.leadingComments) comments.push(head.leadingComments);
  comments.push(...(source.get(PACKAGE)?.leadingDetachedComments ?? []));
  const leading = source.get(PACKAGE)?.leadingComments;
  if (leading) comments.push(leading);
  return comments;
}
