import type { DescExtension, DescField } from "@bufbuild/protobuf";
import { type EnumValue, literal, parseBytesDefault, type ScalarValue } from "@protoloom/plugin-kit";

/** The default that a field declares (proto2, editions), as an expression in the shape of its property. */
export function defaultOf(field: DescField | DescExtension, v: ScalarValue | EnumValue): string | undefined {
  const value = "getDefaultValue" in field ? field.getDefaultValue?.() : undefined;
  if (value === undefined) return undefined;
  if (value instanceof Uint8Array)
    return `/*@__PURE__*/ new Uint8Array([${parseBytesDefault(field.proto.defaultValue)!.join(", ")}])`;
  if (typeof value === "bigint")
    return v.adapter === "none" ? `${value}n` : v.adapter === "string" ? `"${value}"` : String(value);
  if (typeof value === "string") return v.kind === "scalar" && v.scalar.ts === "bigint" ? `${value}n` : literal(value);
  if (v.kind === "enum" && v.adapter === "name")
    return literal(v.enum.values.find(({ number }) => number === value)!.name);
  if (typeof value === "number") return number(value);
  return String(value);
}

function number(value: number): string {
  if (Number.isNaN(value)) return "0 / 0";
  if (!Number.isFinite(value)) return value > 0 ? "1 / 0" : "-1 / 0";
  return Object.is(value, -0) ? "-0" : String(value);
}
