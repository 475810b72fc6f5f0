import type { DescField } from "@bufbuild/protobuf";
import type { WireType } from "@bufbuild/protobuf/wire";
import type { Output } from "../output.js";
import * as value from "./value.js";

/** The most bytes of a tag. */
export const TAG_SIZE = 5;

/** A tag as the number that the decoder switches on. */
export function tagOf(field: { readonly number: number }, wire: WireType): number {
  return ((field.number << 3) | wire) >>> 0;
}

/** Reads a singular value: one of a closed enum goes to the unknown fields where the enum does not have it. */
export function readTag(out: Output, field: DescField, v: value.Value, current: string, set: (x: string) => string): string {
  const tag = tagOf(field, value.wireType(v));
  if (v.kind !== "enum" || v.enum.open) return value.readValue(out, v, tag, v.kind === "message" ? current : undefined, set);
  const has = out.suffixed(v.enum, "$has");
  return value.readValue(out, v, tag, undefined, (x) => `if (${has}(${x})) { ${set(x)} } else ${out.codec("unknownEnum")}(m, ${field.number}, ${x});`);
}
