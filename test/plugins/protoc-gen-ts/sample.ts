import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FieldOptions_JSType } from "@bufbuild/protobuf/wkt";

const LEGACY_REQUIRED = 3;

/** Types of which not every value has a JSON form. */
const wellKnown: Record<string, Record<string, unknown>> = {
  "google.protobuf.Timestamp": { seconds: -1n, nanos: 5000 },
  "google.protobuf.Value": { kind: { case: "listValue", value: { values: [] } } },
};

/**
 * An init in which every field of a message is set, and of each oneof the case with the given index; messages are
 * `depth` deep, the deepest have their required fields only.
 */
export function sample(desc: DescMessage, depth: number, choice = 0): Record<string, unknown> {
  const special = wellKnown[desc.typeName];
  if (special !== undefined) return special;
  const init: Record<string, unknown> = {};
  for (const member of desc.members) {
    if (member.kind === "field") {
      if (depth > 0 || member.presence === LEGACY_REQUIRED) init[member.localName] = value(member, depth - 1);
    } else if (depth > 0) {
      const field = member.fields[choice % member.fields.length]!;
      init[member.localName] = { case: field.localName, value: element(field, depth - 1) };
    }
  }
  return init;
}

function value(field: DescField, depth: number): unknown {
  const one = element(field, depth);
  if (field.fieldKind === "list") return [one, one];
  if (field.fieldKind !== "map") return one;
  switch (field.mapKey) {
    case ScalarType.STRING:
      return Object.fromEntries(["__proto__", "constructor", ""].map((key) => [key, one]));
    case ScalarType.BOOL:
      return { true: one, false: one };
    default:
      return { 0: one, 7: one };
  }
}

function element(field: DescField, depth: number): unknown {
  if (field.message !== undefined) return sample(field.message, depth);
  if (field.enum !== undefined) return field.enum.values.at(-1)!.number;
  switch (field.scalar) {
    case ScalarType.STRING:
      return `${field.name} «é🎉»`;
    case ScalarType.BYTES:
      return Uint8Array.of(0, 255, field.number & 255);
    case ScalarType.BOOL:
      return true;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return -0.5;
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return long(field, -9223372036854775808n);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return long(field, 18446744073709551615n);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return 4294967295;
    default:
      return -2147483648;
  }
}

/** A 64-bit value in the shape that jstype gives to the field. */
function long(field: DescField, value: bigint): bigint | string | number {
  if (field.proto.options?.jstype === FieldOptions_JSType.JS_NUMBER && field.fieldKind !== "map")
    return 9007199254740991;
  return "longAsString" in field && field.longAsString ? String(value) : value;
}
