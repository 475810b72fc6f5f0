import type { DescField, DescFile, DescOneof } from "@bufbuild/protobuf";
import { settleNames } from "@protoloom/protobuf/interop";

const settled = new WeakSet<DescFile>();

/** Gives the members of a file's types names of their own, before anyone has seen them. */
export function settle(file: DescFile): DescFile {
  if (settleNames(file)) settled.add(file);
  return file;
}

/** Whether some of the file's members have another name than protobuf-es gives them. */
export function isSettled(file: DescFile): boolean {
  return settled.has(file);
}

/** The dollar signs that settling has put behind the name of a member. */
export function settledSuffix(member: DescField | DescOneof): string {
  const dollars = /\$*$/.exec(member.localName)![0];
  const isReserved = member.kind === "oneof" || member.oneof === undefined;
  return isReserved && /^(constructor|toString|toJSON|valueOf)\$/.test(member.localName) ? dollars.slice(1) : dollars;
}
