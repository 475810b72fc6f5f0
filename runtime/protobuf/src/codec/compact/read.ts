import { field, fieldSize, fieldStart, fieldTag, skip, tooDeep, truncated } from "../../wire/reader.js";
import { LengthDelimited } from "../../wire/wire-type.js";
import { setEntry } from "../map.js";
import type { AnyMessage } from "../message-info.js";
import { readUnknown, unknownEntry, unknownEnum } from "../unknown.js";
import { readElement } from "./element.js";
import type { CompactField, CompactFields } from "./fields.js";
import { cursor } from "./scalar.js";

/** Decodes bytes p to end into the message, as the generated `X$read` does. */
export function readCompact<M extends AnyMessage>({ tags }: CompactFields, m: M, p: number, end: number, d: number): M {
  if (d < 0) tooDeep(p - 1);
  let s = p;
  while (p < end) {
    p = field(p, end);
    s = fieldStart;
    const known = tags.get(fieldTag);
    if (known !== undefined) {
      readers[known.kind](known, m as Target, p, end, d);
      p = cursor.p;
    } else {
      p = readUnknown(m, fieldTag, s, end, d);
      if (p < 0) return m;
    }
  }
  if (p !== end) truncated(s - 1);
  return m;
}

// biome-ignore lint/suspicious/noExplicitAny: the properties of a message whose class is not known here
type Target = AnyMessage & Record<string, any>;

type ReadField = (field: CompactField, m: Target, p: number, end: number, d: number) => void;

/** Each leaves the position after the field in `cursor`. */
const readers: Readonly<Record<CompactField["kind"], ReadField>> = {
  singular: readSingular,
  list: readItem,
  map: readEntry,
  oneof: readOneof,
};

function readSingular(known: CompactField, m: Target, p: number, end: number, d: number): void {
  const v = readElement(known.element, p, end, d, m[known.key]);
  if (!divertUndeclared(known, m, v)) m[known.key] = v;
}

function readOneof(known: CompactField, m: Target, p: number, end: number, d: number): void {
  const { oneof, key, element } = known;
  const v = readElement(element, p, end, d, m[oneof].case === key ? m[oneof].value : undefined);
  if (!divertUndeclared(known, m, v)) m[oneof] = { case: key, value: v };
}

/** Stores an undeclared value of a closed enum among the unknown fields, and says that it did. */
function divertUndeclared({ element, number }: CompactField, m: Target, v: unknown): boolean {
  if (element.has === undefined || element.has(v as never)) return false;
  unknownEnum(m, number, v as number);
  return true;
}

function readItem(known: CompactField, m: Target, p: number, end: number, d: number): void {
  if ((fieldTag & 7) === LengthDelimited && known.element.scalar?.packed !== undefined) {
    readPacked(known, m, p);
    return;
  }
  const v = readElement(known.element, p, end, d, undefined);
  if (!divertUndeclared(known, m, v)) m[known.key].push(v);
}

function readPacked(known: CompactField, m: Target, p: number): void {
  const { key, element } = known;
  const { adapter, has, scalar } = element;
  const { read } = scalar!.packed!;
  const e = p + fieldSize;
  if (adapter === undefined && has === undefined) m[key] = read(m[key], p, e);
  else
    for (const x of read([], p, e)) {
      const v = adapter === undefined ? x : adapter.toLocal(x, p);
      divertUndeclared(known, m, v) || m[key].push(v);
    }
  cursor.p = e;
}

function readEntry(
  { key, element, number, keyElement }: CompactField,
  m: Target,
  begin: number,
  _: number,
  d: number,
): void {
  const at = fieldStart;
  const end = begin + fieldSize;
  const keyTag = (1 << 3) | keyElement!.wire;
  const valueTag = (2 << 3) | element.wire;
  let p = begin;
  let k = keyElement!.zero();
  let v: unknown;
  while (p < end) {
    p = field(p, end);
    if (fieldTag === keyTag) k = readElement(keyElement!, p, end, d, undefined);
    else if (fieldTag === valueTag) v = readElement(element, p, end, d, v);
    else cursor.p = skip(fieldTag, fieldStart, end, d);
    p = cursor.p;
  }
  if (p !== end) truncated(at - 1);
  v ??= element.zero();
  if (element.has === undefined || element.has(v as never)) setEntry(m[key], propertyKey(k), v);
  else unknownEntry(m, number, begin, end);
  cursor.p = end;
}

function propertyKey(k: unknown): string | number {
  return typeof k === "number" ? k : `${k}`;
}
