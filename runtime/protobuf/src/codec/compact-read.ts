import { input, next, skip, tag, tooDeep, truncated } from "../wire/reader.js";
import { WireType } from "../wire/wire-type.js";
import { readElement } from "./compact-element.js";
import type { CompactInfo } from "./compact-info.js";
import { cursor, readLength } from "./compact-scalar.js";
import type { CompactField } from "./compact-table.js";
import { groupEnd } from "./group.js";
import { setEntry } from "./map.js";
import type { AnyMessage } from "./message-info.js";
import { readUnknown, unknownEntry, unknownEnum } from "./unknown.js";

/** Decodes bytes p to end into the message, as the generated `X$read` does. */
export function readCompact<M extends AnyMessage>(info: CompactInfo, m: M, p: number, end: number, d: number): M {
  if (d < 0) tooDeep(p - 1);
  const { tags } = info.table;
  let s = p;
  while (p < end) {
    s = p;
    let t = input[p++]!;
    if (t > 127) {
      t = tag(s);
      p = next;
    }
    const field = tags.get(t);
    if (field !== undefined) {
      readers[field.shape](field, m as Target, t, p, end, d);
      p = cursor.p;
    } else {
      if ((t & 7) === WireType.EndGroup) return groupEnd(m, t, p, d);
      p = readUnknown(m, t, p, end, d);
    }
  }
  if (p !== end) truncated(s);
  return m;
}

// biome-ignore lint/suspicious/noExplicitAny: the properties of a message whose class is not known here
type Target = AnyMessage & Record<string, any>;

type ReadField = (field: CompactField, m: Target, t: number, p: number, end: number, d: number) => void;

/** Each leaves the position behind the field in `cursor`. */
const readers: Readonly<Record<CompactField["shape"], ReadField>> = {
  singular: readSingular,
  list: readItem,
  map: readEntry,
  oneof: readOneof,
};

function readSingular(field: CompactField, m: Target, t: number, p: number, end: number, d: number): void {
  const v = readElement(field.element, t, p, end, d, m[field.key]);
  if (isKnown(field, m, v)) m[field.key] = v;
}

function readOneof(field: CompactField, m: Target, t: number, p: number, end: number, d: number): void {
  const { oneof, key, element } = field;
  const v = readElement(element, t, p, end, d, m[oneof].case === key ? m[oneof].value : undefined);
  if (isKnown(field, m, v)) m[oneof] = { case: key, value: v };
}

/** Whether an enum has the value; the closed enum's other values are unknown fields. */
function isKnown({ element, number }: CompactField, m: Target, v: unknown): boolean {
  if (element.has === undefined || element.has(v as number)) return true;
  unknownEnum(m, number, v as number);
  return false;
}

function readItem(field: CompactField, m: Target, t: number, p: number, end: number, d: number): void {
  if ((t & 7) === WireType.LengthDelimited && field.element.scalar?.packed !== undefined) {
    readPacked(field, m, p, end);
    return;
  }
  const v = readElement(field.element, t, p, end, d, undefined);
  if (isKnown(field, m, v)) m[field.key].push(v);
}

function readPacked(field: CompactField, m: Target, p: number, end: number): void {
  const { key, element } = field;
  const { read } = element.scalar!.packed!;
  const n = readLength(p, end);
  p = cursor.p;
  if (element.has !== undefined) for (const v of read([], p, p + n)) isKnown(field, m, v) && m[key].push(v);
  else if (element.adapter !== undefined)
    m[key] = m[key].concat(read([], p, p + n).map((v) => element.adapter!.toLocal(v, p)));
  else m[key] = read(m[key], p, p + n);
  cursor.p = p + n;
}

function readEntry(field: CompactField, m: Target, _t: number, start: number, outer: number, d: number): void {
  const { element, number } = field;
  const keyElement = field.keyElement!;
  const keyTag = (1 << 3) | keyElement.wire;
  const valueTag = (2 << 3) | element.wire;
  const n = readLength(start, outer);
  const begin = cursor.p;
  const end = begin + n;
  let p = begin;
  let s = p;
  let k = keyElement.zero();
  let v: unknown;
  while (p < end) {
    s = p;
    let t = input[p++]!;
    if (t > 127) {
      t = tag(s);
      p = next;
    }
    if (t === keyTag) k = readElement(keyElement, t, p, end, d, undefined);
    else if (t === valueTag) v = readElement(element, t, p, end, d, v);
    else cursor.p = skip(t, p, end, d);
    p = cursor.p;
  }
  if (p !== end) truncated(s);
  v ??= element.zero();
  if (element.has === undefined || element.has(v as number)) setEntry(m[field.key], propertyKey(k), v);
  else unknownEntry(m, number, begin, end);
  cursor.p = end;
}

function propertyKey(k: unknown): string | number {
  return typeof k === "number" ? k : `${k}`;
}
