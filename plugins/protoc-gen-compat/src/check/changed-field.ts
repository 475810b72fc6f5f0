import { changedOptions } from "../option.js";
import { type FieldPair, isSame } from "../pairs.js";

/** Whether any rule can apply. Most fields of most messages are unchanged. */
export function isChanged({ previous, next }: FieldPair): boolean {
  if (previous === undefined || next === undefined) return true;
  const [a, b] = [previous.desc, next.desc];
  if (isSame(a, b)) return false;
  return (
    a.number !== b.number ||
    a.name !== b.name ||
    a.jsonName !== b.jsonName ||
    a.kind !== b.kind ||
    a.fieldKind !== b.fieldKind ||
    a.presence !== b.presence ||
    a.scalar !== b.scalar ||
    a.message?.typeName !== b.message?.typeName ||
    a.enum?.typeName !== b.enum?.typeName ||
    a.oneof?.name !== b.oneof?.name ||
    a.oneof?.fields.length !== b.oneof?.fields.length ||
    a.proto.options?.jstype !== b.proto.options?.jstype ||
    changedOptions(a.proto.options, b.proto.options).length > 0 ||
    a.proto.defaultValue !== b.proto.defaultValue ||
    a.utf8Validation !== b.utf8Validation ||
    ("packed" in a && a.packed) !== ("packed" in b && b.packed) ||
    ("delimitedEncoding" in a && a.delimitedEncoding) !== ("delimitedEncoding" in b && b.delimitedEncoding) ||
    (a.fieldKind === "map" && b.fieldKind === "map" && a.mapKey !== b.mapKey) ||
    (a.message !== undefined && b.message !== undefined && a.message.name !== b.message.name)
  );
}
