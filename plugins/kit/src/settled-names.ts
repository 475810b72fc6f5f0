import type { DescField, DescFile, DescOneof } from "@bufbuild/protobuf";
import { settleNames } from "@protoloom/protobuf/interop";

const settled = new WeakSet<DescFile>();

/** Makes the member names of a file's types unique, before anything reads them. */
export function settle(file: DescFile): DescFile {
  if (settleNames(file)) settled.add(file);
  return file;
}

/** Whether any member of the file has a different name than in protobuf-es. */
export function isSettled(file: DescFile): boolean {
  return settled.has(file);
}

/** The dollar signs that `settle` appended to a member's name. */
export function settledSuffix(member: DescField | DescOneof): string {
  const dollars = /\$*$/.exec(member.localName)![0];
  const isReserved = member.kind === "oneof" || member.oneof === undefined;
  return isReserved && /^(constructor|toString|toJSON|valueOf)\$/.test(member.localName) ? dollars.slice(1) : dollars;
}
