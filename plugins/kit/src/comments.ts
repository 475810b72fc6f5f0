import type { AnyDesc, DescFile } from "@bufbuild/protobuf";
import { fileOf, pathInSource } from "./source.js";
import { type Comments, readComments } from "./source-info.js";

export type { Comments };

const cache = new WeakMap<DescFile, Map<string, Comments>>();

/** The comments of a file by path. All are read at once, since a search for each element would be quadratic. */
function allComments(file: DescFile): Map<string, Comments> {
  let comments = cache.get(file);
  if (comments === undefined) {
    comments = readComments(file.proto);
    cache.set(file, comments);
  }
  return comments;
}

const none: Comments = { detached: [], leading: undefined, trailing: undefined };

export function commentsOf(desc: Exclude<AnyDesc, DescFile>): Comments {
  return commentsAt(fileOf(desc), pathInSource(desc));
}

/** The comments at a path in SourceCodeInfo, its numbers joined by commas. */
export function commentsAt(file: DescFile, path: string): Comments {
  return allComments(file).get(path) ?? none;
}

const SYNTAX = "12";
const EDITION = "14";
const PACKAGE = "2";

/** The comments at the head of a file: above its syntax or edition, and above its package. */
export function headComments(file: DescFile): string[] {
  const all = allComments(file);
  return [all.get(SYNTAX) ?? all.get(EDITION), all.get(PACKAGE)].flatMap((comments) =>
    comments === undefined ? [] : [...comments.detached, ...(comments.leading ? [comments.leading] : [])],
  );
}
