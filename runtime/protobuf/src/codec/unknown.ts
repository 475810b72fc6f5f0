import { endGroup, input, keepUnknown, skip } from "../wire/reader.js";
import { EndGroup, type UnknownField, type WireType } from "../wire/wire-type.js";
import { raw, varint, writeUnknown } from "../wire/writer.js";
import type { AnyMessage } from "./message-info.js";

/** The value of a bytes field that is not set: one array for all, since it cannot change. */
export const emptyBytes: Uint8Array = /*@__PURE__*/ new Uint8Array(0);

/**
 * Keeps or skips the field with tag t whose value begins at p, and returns the position after it. An end-group tag ends
 * the message at depth d: the position is then in `next`, and the result is -1.
 */
export function readUnknown(m: AnyMessage, t: number, p: number, end: number, d: number): number {
  if ((t & 7) === EndGroup) return endGroup(t, p, d);
  const e = skip(t, p, end, d);
  if (keepUnknown) keep(m, t, input.slice(p, e));
  return e;
}

/** Keeps a value that a closed enum does not declare (proto2: such a value is an unknown field). */
export function unknownEnum(m: AnyMessage, no: number, value: number): void {
  if (keepUnknown) keep(m, no << 3, varintBytes(value));
}

/** Keeps a whole map entry, bytes p to end, whose value its closed enum does not declare. */
export function unknownEntry(m: AnyMessage, no: number, p: number, end: number): void {
  if (!keepUnknown) return;
  const length = varintBytes(end - p);
  const data = new Uint8Array(length.length + end - p);
  data.set(length);
  data.set(input.subarray(p, end), length.length);
  keep(m, (no << 3) | 2, data);
}

function keep(m: AnyMessage, t: number, data: Uint8Array): void {
  const field: UnknownField = { no: t >>> 3, wireType: (t & 7) as WireType, data };
  if (m.$unknown === undefined) m.$unknown = [field];
  else m.$unknown.push(field);
}

/** A 32-bit value as a varint: sign-extended to ten bytes when negative, as for enums. */
export function varintBytes(value: number): Uint8Array {
  const bytes: number[] = [];
  let v = BigInt.asUintN(64, BigInt(value));
  for (; v > 127n; v >>= 7n) bytes.push(Number(v & 127n) | 128);
  bytes.push(Number(v));
  return Uint8Array.from(bytes);
}

/** Writes the unknown fields in the order in which they were read. */
export function writeUnknownFields(fields: readonly UnknownField[], p: number): number {
  if (!writeUnknown) return p;
  for (const { no, wireType, data } of fields) p = raw(data, varint((no << 3) | wireType, p));
  return p;
}

/** An unknown field with its tag, as on the wire. */
export function tagged({ no, wireType, data }: UnknownField): Uint8Array {
  const tag = varintBytes(((no << 3) | wireType) >>> 0);
  const bytes = new Uint8Array(tag.length + data.length);
  bytes.set(tag);
  bytes.set(data, tag.length);
  return bytes;
}
