import { WireType } from "@bufbuild/protobuf/wire";
import type { EnumValue, FieldValue, MessageValue, ScalarValue } from "@protoloom/plugin-kit";
import type { Output } from "../../output.js";
import {asEnum, fresh, type TimeValue, timeForm, toLocal, toWire, wireType} from "./value.js";

/**
 * Reads one element whose head is read: n is its varint or length, s its start, p the position after it. `set` makes
 * the statement that stores an expression; `current` is the message to merge into, if any.
 */
export function readValue(out: Output, v: FieldValue, tag: number, current: string | undefined, set: (x: string) => string): string {
  return v.kind === "message" ? readMessage(out, v, tag, current, set) : readScalar(out, v, set);
}

function readMessage(out: Output, v: MessageValue, tag: number, current: string | undefined, set: (x: string) => string): string {
  const read = messageCodec(out, v, "read");
  const empty = v.adapter === "time" ? `new ${out.jsonClass("Seconds")}()` : fresh(out, v.message);
  const at = v.adapter === "time" ? ", s" : "";
  const target = current === undefined ? empty : mergeTarget(out, v, current, empty);
  if (v.delimited) return `${set(toLocal(out, v, `${out.codec("readGroup")}(${read}, ${target}, ${tag}, s, end, d - 1)`, at))} p = ${out.codec("next")} | 0;`;
  return set(toLocal(out, v, `${read}(${target}, p, p += n, d - 1)`, at));
}

/** A function of the binary codec for what is on the wire. */
function messageCodec(out: Output, v: MessageValue, part: "read" | "write"): string {
  return v.adapter === "time" ? `${out.jsonClass("Seconds")}.$info.${part}` : out.binary(v.message, part);
}

function mergeTarget(out: Output, v: MessageValue, current: string, empty: string): string {
  if (v.adapter === "none") return `${current} ?? ${empty}`;
  if (v.adapter === "time") return `${timeForm(out, v as TimeValue)}.open(${current})`;
  return `${current} === undefined ? ${empty} : ${toWire(out, v, `${current}«!»`)}`; // "!" because the compiler does not narrow expressions
}

function readScalar(out: Output, v: ScalarValue | EnumValue, set: (x: string) => string): string {
  const s = v.scalar;
  switch (s.proto) {
    case "string":
      return set(`${out.codec(v.kind === "scalar" && !v.verify ? "readRawString" : "readString")}(p, p += n)`);
    case "bytes":
      return set(`${out.codec("readBytes")}(p, p += n)`);
    case "int32":
      return set(v.adapter === "name" ? toLocal(out, v, "n") : asEnum(out, v, "n"));
    case "uint32":
      return set("n >>> 0");
    case "sint32":
      return set("(n >>> 1) ^ -(n & 1)");
  }
  const read = (args: string): string => set(toLocal(out, v, `${out.codec(`read${s.name}`)}(${args})`, ", s"));
  return s.wire === WireType.Varint ? read("n, p - s") : `${read("s, end")} p = s + ${s.size};`;
}

/** Reads a packed field of n bytes at p into the list x, which the expression also returns, and moves p after it. */
export function readPacked(out: Output, v: ScalarValue | EnumValue, x: string): string {
  const read = out.codec(`readPacked${v.scalar.name}`);
  if (v.adapter === "none") return asEnum(out, v, `${read}(${x}, p, p += n)`, "[]");
  if (v.kind === "enum") return `${x}.concat(${read}([], p, p += n).map(${out.enumNames(v.enum)}.toLocal))`;
  const map = v.adapter === "string" ? "(x) => `${x}`" : `(x) => ${out.codec("longToNumber")}(x, s)`;
  return `${x}.concat(${read}([], p, p += n).map(${map}))`;
}

/** The same for a closed enum that is represented by names: their numbers, not yet in a list of the message. */
export function readPackedNumbers(out: Output, v: EnumValue): string {
  return `${out.codec(`readPacked${v.scalar.name}`)}([], p, p += n)`;
}

/** Writes the bytes of a tag. */
export function writeTag(number: number, wire: WireType): string {
  const bytes: string[] = [];
  let tag = ((number << 3) | wire) >>> 0;
  for (; tag > 127; tag >>>= 7) bytes.push(`b[p++] = ${(tag & 127) | 128};`);
  return [...bytes, `b[p++] = ${tag};`].join(" ");
}

/** Writes one element x with its tag. */
export function writeValue(out: Output, v: FieldValue, number: number, x: string): string {
  const tag = writeTag(number, wireType(v));
  if (v.kind !== "message") return `${tag} p = ${out.codec(writer(v))}(${toWire(out, v, x)}, p);`;
  const write = messageCodec(out, v, "write");
  const m = toWire(out, v, x);
  if (v.delimited) return `${tag} p = ${write}(${m}, p); ${writeTag(number, WireType.EndGroup)} if (p > ${out.codec("capacity")}) ${out.codec("overflow")}(p);`;
  return `${tag} ${lengthPrefixed(out, (p) => `${write}(${m}, ${p})`)}`;
}

function writer(v: ScalarValue | EnumValue): string {
  return v.kind === "scalar" && v.scalar.proto === "string" && !v.verify ? "writeRawString" : `write${v.scalar.name}`;
}

/** Reserves room for a length of the last size, writes the body, and fills in the length. */
function lengthPrefixed(out: Output, body: (p: string) => string): string {
  const guess = out.variable("l");
  out.guesses.push(guess);
  return `{ const r = ${guess}, e = ${body("p + r")}; if (r === 1 && e - p < 129) { b[p] = e - p - 1; p = e; } else { p = ${out.codec("patchLength")}(p, r, e); ${guess} = ${out.codec("reserved")}; } }`;
}

/** Writes the elements of a packed list x, which is not empty. */
export function writePacked(out: Output, v: ScalarValue | EnumValue, number: number, x: string): string {
  const convert = (): string => (v.kind === "enum" ? `${out.enumNames(v.enum)}.toWire` : out.codec("toBigint"));
  const wire = v.adapter === "none" ? x : `${x}.map(${convert()})`;
  return `${writeTag(number, WireType.LengthDelimited)} p = ${out.codec(`writePacked${v.scalar.name}`)}(${wire}, p);`;
}

/** The most bytes of one element and its tag; 0 if the element checks the room itself. */
export function fixedSize(v: FieldValue): number {
  return v.kind === "message" ? 0 : v.scalar.size;
}

