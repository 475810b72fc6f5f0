import { LengthDelimited } from "../../wire/wire-type.js";
import { capacity, deterministic, overflow, patchLength, varint } from "../../wire/writer.js";
import { ownFields } from "../init.js";
import { asList } from "../list.js";
import { toBigint } from "../long.js";
import { asMap, sortedEntries, toBool } from "../map.js";
import type { AnyMessage } from "../message-info.js";
import { writeUnknownFields } from "../unknown.js";
import { type CompactElement, writeElement } from "./element.js";
import { type CompactField, type CompactFields, checkCases } from "./fields.js";

/** Encodes the message from position p on, as the generated `X$write` does. */
export function writeCompact({ fields, oneofs }: CompactFields, m: AnyMessage, p: number): number {
  if (p > capacity) overflow(p);
  const source = ownSource(m);
  checkCases(oneofs, source);
  for (const field of fields) p = writers[field.kind](field, source, p);
  return m.$unknown === undefined ? p : writeUnknownFields(m.$unknown, p);
}

// biome-ignore lint/suspicious/noExplicitAny: the properties of a message whose class is not known here
export type Source = AnyMessage & Readonly<Record<string, any>>;

/**
 * Returns the message, or a copy if protobuf-es made it: its messages may inherit the defaults of unset fields.
 * Generated code compares the constructor with the message class instead, which this code cannot reference.
 */
export function ownSource(m: AnyMessage): Source {
  return m.constructor === Object ? ownFields(m) : m;
}

/** Each checks the room after what it writes. */
const writers: Readonly<Record<CompactField["kind"], (field: CompactField, m: Source, p: number) => number>> = {
  singular: writeSingular,
  list: writeList,
  map: writeMap,
  oneof: writeOneof,
};

function writeSingular(field: CompactField, m: Source, p: number): number {
  const v: unknown = m[field.key];
  return isSet(field, v) ? writeChecked(field.element, field.number, v, p) : p;
}

/** Whether a singular field is written: with implicit presence, unless it is zero (-0 is not zero). */
export function isSet({ isImplicit, element }: CompactField, v: unknown): boolean {
  if (!isImplicit) return v !== undefined;
  if (element.letter === "L") return (v as Uint8Array).length !== 0;
  // biome-ignore lint/suspicious/noDoubleEquals: 0 or 0n, and protobuf-es functions store either where the property is something else
  if (element.adapter !== undefined) return element.adapter.toWire(v) != 0;
  return v !== element.zero() || (v === 0 && /[AB]/.test(element.letter) && 1 / v < 0);
}

function writeChecked(element: CompactElement, number: number, v: unknown, p: number): number {
  p = writeElement(element, number, v, p);
  return p > capacity ? overflow(p) : p;
}

function writeOneof({ oneof, key, element, number }: CompactField, m: Source, p: number): number {
  const { case: set, value } = m[oneof];
  return set === key ? writeChecked(element, number, value, p) : p;
}

function writeList(field: CompactField, m: Source, p: number): number {
  const list = asList<readonly unknown[]>(m[field.key]);
  if (field.isPacked) return list.length === 0 ? p : writePacked(field, list, p);
  for (let i = 0; i < list.length; i++) p = writeChecked(field.element, field.number, list[i], p);
  return p;
}

function writePacked({ element, number }: CompactField, list: readonly unknown[], p: number): number {
  p = varint(((number << 3) | LengthDelimited) >>> 0, p);
  const wire = element.adapter === undefined ? list : list.map((v) => element.adapter!.toWire(v));
  return element.scalar!.packed!.write(wire as never, p);
}

function writeMap({ element, keyElement, number, key }: CompactField, m: Source, p: number): number {
  const hasIntegers = /bigint|number/.test(typeof keyElement!.scalar!.zero);
  const map = asMap<Readonly<Record<string, unknown>>>(m[key]);
  for (const [k, v] of deterministic ? sortedEntries(map, hasIntegers) : Object.entries(map)) {
    const begin = varint(((number << 3) | LengthDelimited) >>> 0, p);
    p = writeChecked(keyElement!, 1, wireKey(keyElement!, k), begin + 1);
    p = patchLength(begin, 1, writeChecked(element, 2, v, p));
  }
  return p;
}

/** Converts a property key to the wire type. */
function wireKey({ scalar }: CompactElement, k: string): unknown {
  switch (typeof scalar!.zero) {
    case "number":
      return +k;
    case "bigint":
      return toBigint(k);
    case "boolean":
      return toBool(k);
    default:
      return k;
  }
}
