import type { DescField } from "@bufbuild/protobuf";
import type { WireType } from "@bufbuild/protobuf/wire";
import type { FieldValue } from "@protoloom/plugin-kit";
import type { Output } from "../output.js";
import * as binary from "./value/binary.js";
import * as value from "./value/value.js";

/** The most bytes of a tag. */
export const TAG_SIZE = 5;

/** A tag as the number on which the decoder switches. */
export function tagOf(field: { readonly number: number }, wire: WireType): number {
  return ((field.number << 3) | wire) >>> 0;
}

/** Reads a singular value. An undeclared value of a closed enum goes to the unknown fields. */
export function readElement(out: Output, field: DescField, v: FieldValue, current: string, set: (x: string) => string): string {
  const tag = tagOf(field, value.wireType(v));
  if (v.kind !== "enum" || v.enum.open) return binary.readValue(out, v, tag, v.kind === "message" ? current : undefined, set);
  const has = out.suffixed(v.enum, "$has");
  if (v.adapter === "name") return `if (${has}(n)) { ${binary.readValue(out, v, tag, undefined, set)} } else ${out.codec("unknownEnum")}(m, ${field.number}, n);`;
  return binary.readValue(out, v, tag, undefined, (x) => `if (${has}(${x})) { ${set(x)} } else ${out.codec("unknownEnum")}(m, ${field.number}, ${x});`);
}

/**
 * Reads the head of the field at p: t is its tag, n its varint or the length of its value, s the start of the value,
 * and p the position after it. Inlined in each decoder, because a runtime function costs a fifth of the time (bench:
 * xds). Values from outside are coerced to integers at once, so that the compiler knows their type (bench: otlp, tree).
 */
export function readHead(out: Output, declareStart = ""): string[] {
  const next = out.codec("next");
  return [
    `let t = b[p++]«!»;`,
    `if (t > 127) { t = ${out.codec("readTag")}(p - 1) >>> 0; p = ${next} | 0; }`,
    `${declareStart}s = p;`,
    `let n = b[p++]«!»;`,
    `if (!(n < 128)) { n = ${out.codec("readVarint")}(t, s, end) | 0; p = ${next} | 0; }`, // also where the input ends
    `else if (n > end - p && (t & 7) === 2) ${out.codec("truncated")}(s - 1);`,
  ];
}
