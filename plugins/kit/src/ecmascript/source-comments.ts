import type { AnyDesc, DescFile } from "@bufbuild/protobuf";
import type { getComments as protopluginGetComments } from "@bufbuild/protoplugin";
import { type Comments, commentsAt, commentsOf } from "../comments.js";
import { pathInSource } from "../source.js";

type DescComments = ReturnType<typeof protopluginGetComments>;

// Field numbers in FileDescriptorProto
const PACKAGE = 2;
const SYNTAX = 12;

/** The comments of an element in its proto file, with line feeds as line breaks. */
export function getComments(desc: Exclude<AnyDesc, DescFile>): DescComments {
  return normalized(commentsOf(desc), pathInSource(desc).split(",").map(Number));
}

/** The comments at `package` in a proto file. */
export function getPackageComments(file: DescFile): DescComments {
  return normalized(commentsAt(file, String(PACKAGE)), [PACKAGE]);
}

/** The comments at `syntax` in a proto file. */
export function getSyntaxComments(file: DescFile): DescComments {
  return normalized(commentsAt(file, String(SYNTAX)), [SYNTAX]);
}

function normalized({ detached, leading, trailing }: Comments, sourcePath: number[]): DescComments {
  return {
    leadingDetached: detached.map(normalize),
    leading: normalize(leading),
    trailing: normalize(trailing),
    sourcePath,
  };
}

function normalize<T extends string | undefined>(text: T): T {
  return text?.replace(/\r\n|[\r\u2028\u2029]/g, "\n") as T;
}
