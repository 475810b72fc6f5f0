import type { DescExtension, DescMessage } from "@bufbuild/protobuf";
import { Edition } from "@bufbuild/protobuf/wkt";
import type { Output } from "../output.js";

const IMPLICIT = 2;

/**
 * The statement by which code that reads presence off the properties of `m` takes a message of protobuf-es: functions of
 * protobuf-es put such messages into ours, and where fields have explicit presence they inherit the defaults of those
 * that are not set. For our own class it is one comparison, and proto3 needs none.
 */
export function ownFields(out: Output, desc: DescMessage | DescExtension): string[] {
  if (desc.kind !== "message" || !inheritsDefaults(desc)) return [];
  return [`if (m.constructor !== ${out.shape(desc)}) m = ${out.codec("ownFields")}(m);`];
}

/** The rule of protobuf-es, create.ts: needsPrototypeChain. */
function inheritsDefaults({ file, fields }: DescMessage): boolean {
  if (file.edition === Edition.EDITION_PROTO3) return false;
  return fields.some((field) => field.presence !== IMPLICIT && field.fieldKind !== "message" && field.oneof === undefined);
}
