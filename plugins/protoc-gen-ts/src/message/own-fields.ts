import type { DescExtension, DescMessage } from "@bufbuild/protobuf";
import { Edition } from "@bufbuild/protobuf/wkt";
import type { Output } from "../output.js";

const IMPLICIT = 2;

/**
 * The statement that lets code which reads presence from the properties of `m` accept a protobuf-es message:
 * protobuf-es functions put such messages into ours, and with explicit presence they inherit the defaults of unset
 * fields. For our own class it is one comparison; proto3 needs none.
 */
export function ownFields(out: Output, desc: DescMessage | DescExtension): string[] {
  if (desc.kind !== "message" || !inheritsDefaults(desc)) return [];
  return [`if (m.constructor !== ${out.shape(desc)}) m = ${out.codec("ownFields")}(m);`];
}

/** The rule of needsPrototypeChain in create.ts of protobuf-es. */
function inheritsDefaults({ file, fields }: DescMessage): boolean {
  if (file.edition === Edition.EDITION_PROTO3) return false;
  return fields.some((field) => field.presence !== IMPLICIT && field.fieldKind !== "message" && field.oneof === undefined);
}
