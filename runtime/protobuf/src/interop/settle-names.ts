import type { DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";

/**
 * Gives names of their own to members of one type that protobuf-es gives the same one, such as the fields `user_id` and
 * `userId` of a proto2 message, which protoc accepts: a `$` for each member in front, in the order of the field numbers.
 * Of two fields with the same JSON name, the one that is not called so has its proto name in JSON, which every reader
 * takes. Returns whether there was anything to rename.
 */
export function settleNames(file: DescFile): boolean {
  let isChanged = false;
  for (const type of nestedTypes(file)) {
    if (type.kind === "message") isChanged = settleFields(type) || isChanged;
    if (type.kind === "service") isChanged = settleMethods(type) || isChanged;
  }
  return isChanged;
}

/**
 * Gives the fields and oneofs of a file their proto names as property names, for names=proto, after settling everything else.
 * A `$` is appended to names that every object has.
 */
export function protoNames(file: DescFile): void {
  settleNames(file);
  for (const type of nestedTypes(file)) {
    if (type.kind !== "message") continue;
    for (const member of [...type.fields, ...type.oneofs] as { name: string; localName: string; oneof?: unknown }[]) {
      const isReserved = member.oneof === undefined && /^(constructor|toString|toJSON|valueOf)$/.test(member.name);
      member.localName = isReserved ? `${member.name}$` : member.name;
    }
    for (const field of type.fields) type.field[field.localName] = field;
  }
}

function settleFields({ fields, members, field: byName }: DescMessage): boolean {
  const isSettled =
    areDistinct(fields) && areDistinct(members) && new Set(fields.map(jsonNameOf)).size === fields.length;
  if (isSettled) return false;
  const inOrder = fields.slice().sort((a, b) => a.number - b.number);
  rename([...new Set(inOrder.map((field) => field.oneof ?? field))]);
  for (const oneof of new Set(inOrder.map((field) => field.oneof))) {
    if (oneof !== undefined) rename(inOrder.filter((field) => field.oneof === oneof));
  }
  const jsonNames = new Set(fields.filter((field) => field.name === field.jsonName).map(jsonNameOf));
  for (const field of inOrder) {
    if (field.name === field.jsonName) continue;
    if (jsonNames.has(field.jsonName)) (field as { jsonName: string }).jsonName = field.name;
    jsonNames.add(field.jsonName);
  }
  for (const field of fields) byName[field.localName] = field;
  return true;
}

function jsonNameOf({ jsonName }: { readonly jsonName: string }): string {
  return jsonName;
}

function settleMethods({ methods, method: byName }: DescService): boolean {
  if (areDistinct(methods)) return false;
  rename(methods);
  for (const method of methods) byName[method.localName] = method;
  return true;
}

function areDistinct(members: readonly { readonly localName: string }[]): boolean {
  return new Set(members.map(({ localName }) => localName)).size === members.length;
}

/** Descriptors are read-only to those who use them; no one does yet. */
function rename(members: readonly { localName: string }[]): void {
  const taken = new Set<string>();
  for (const member of members) {
    while (taken.has(member.localName)) member.localName += "$";
    taken.add(member.localName);
  }
}
