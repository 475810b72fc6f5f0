import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { FieldLayout, Layout, Value } from "../layout.js";
import { scalars } from "./scalar.js";
import { type Entry, isZero, missingRequired, type Problem, type Read, type State } from "./state.js";

/** Writes a message as its schema says, in the order of field numbers, then what it does not know. */
export function encode(layout: Layout, state: State, unknown?: Uint8Array): Uint8Array {
  const writer = new BinaryWriter();
  for (const [number, field] of layout.byNumber) {
    const value = state.get(number);
    if (value === undefined) continue;
    if (layout.messageSet) writeMessageSetItem(writer, field, value as Value);
    else writeField(writer, field, value);
  }
  if (unknown !== undefined) writer.raw(unknown);
  return writer.finish();
}

function writeField(writer: BinaryWriter, field: FieldLayout, value: NonNullable<ReturnType<State["get"]>>): void {
  if (field.cardinality === "map") {
    for (const entry of value as readonly Entry[]) {
      writer.tag(field.number, WireType.LengthDelimited).bytes(encodeEntry(field, entry));
    }
  } else if (field.cardinality === "repeated") {
    const list = value as readonly Value[];
    if (!field.packed) {
      for (const item of list) writeOne(writer, field, item);
    } else if (list.length > 0) {
      writer.tag(field.number, WireType.LengthDelimited).fork();
      for (const item of list) writeScalar(writer, field, item);
      writer.join();
    }
  } else if (field.presence !== "implicit" || !isZero(value as Value)) {
    writeOne(writer, field, value as Value);
  }
}

export function encodeEntry(field: FieldLayout, entry: Entry): Uint8Array {
  const writer = new BinaryWriter();
  writeOne(writer, field.key!, entry.key);
  writeOne(writer, field.value!, entry.value);
  return writer.finish();
}

function writeOne(writer: BinaryWriter, field: FieldLayout, value: Value): void {
  if (field.kind === "message" && field.delimited) {
    writer
      .tag(field.number, WireType.StartGroup)
      .raw(value as Uint8Array)
      .tag(field.number, WireType.EndGroup);
    return;
  }
  writer.tag(field.number, wireTypeOf(field));
  writeScalar(writer, field, value);
}

function writeScalar(writer: BinaryWriter, field: FieldLayout, value: Value): void {
  const wire = wireTypeOf(field);
  if (wire === WireType.LengthDelimited) return void writer.bytes(value as Uint8Array);
  const bits = scalars[field.kind as "int32"].toBits!(value);
  if (wire === WireType.Varint) writer.uint64(bits);
  else if (wire === WireType.Bit64) writer.fixed64(bits);
  else writer.fixed32(Number(bits));
}

/** Group 1 { type_id = 2; message = 3 }, as protobuf writes message_set_wire_format. */
function writeMessageSetItem(writer: BinaryWriter, field: FieldLayout, value: Value): void {
  writer.tag(1, WireType.StartGroup).tag(2, WireType.Varint).uint32(field.number);
  writer
    .tag(3, WireType.LengthDelimited)
    .bytes(value as Uint8Array)
    .tag(1, WireType.EndGroup);
}

function wireTypeOf(field: FieldLayout): WireType {
  if (field.kind === "message") return field.delimited ? WireType.StartGroup : WireType.LengthDelimited;
  return scalars[field.kind].wire;
}

/**
 * Reads as the encoding document says: a field of another wire type than declared is unknown, not an error; packed and
 * not packed are both read; of several values for a singular field the last counts, and messages are merged.
 */
export function decode(layout: Layout, bytes: Uint8Array): Read {
  const state: State = new Map();
  const problems: Problem[] = [];
  const unknown: Uint8Array[] = [];
  const reader = new BinaryReader(bytes);
  while (reader.pos < bytes.length) {
    const start = reader.pos;
    const [number, wire] = reader.tag();
    if (layout.messageSet && number === 1 && wire === WireType.StartGroup) {
      readMessageSetItem(reader, layout, state, unknown, bytes, start);
      continue;
    }
    const field = layout.byNumber.get(number);
    if (field === undefined || !readField(reader, wire, layout, field, state, unknown, problems)) {
      reader.skip(wire, number);
      unknown.push(bytes.subarray(start, reader.pos));
    }
  }
  for (const field of layout.fields) {
    const value = state.get(field.number);
    if (
      field.presence === "implicit" &&
      field.cardinality === "singular" &&
      value !== undefined &&
      isZero(value as Value)
    ) {
      state.delete(field.number);
    }
    if (field.cardinality === "map" && value !== undefined) state.set(field.number, sortEntries(value as Entry[]));
  }
  for (const field of missingRequired(layout, state)) {
    problems.push({ kind: "rejected", field, writerField: undefined, why: `required field ${field.name} is missing` });
  }
  return { state, unknown: join(unknown), problems };
}

/** False when the wire type is none that the field can be read from. */
function readField(
  reader: BinaryReader,
  wire: WireType,
  layout: Layout,
  field: FieldLayout,
  state: State,
  unknown: Uint8Array[],
  problems: Problem[],
): boolean {
  if (field.cardinality === "map") {
    if (wire !== WireType.LengthDelimited) return false;
    const payload = reader.bytes();
    const entry = readEntry(field, payload, problems);
    if (entry instanceof Uint8Array) unknown.push(asField(field.number, entry));
    else putEntry(state, field, entry);
    return true;
  }
  const own = wireTypeOf(field);
  const packable = field.kind !== "message" && field.kind !== "string" && field.kind !== "bytes";
  if (field.cardinality === "repeated" && packable && wire === WireType.LengthDelimited) {
    const payload = reader.bytes();
    readPacked(field, payload, state, unknown, problems);
    return true;
  }
  if (wire !== own) return false;
  if (own === WireType.StartGroup) {
    const start = reader.pos;
    reader.skip(wire, field.number);
    put(state, layout, field, withoutEndTag(reader, start, field.number));
    return true;
  }
  const bits = readBits(reader, wire);
  if (field.enum !== undefined && !knows(field, bits as bigint)) {
    unknown.push(asVarint(field.number, bits as bigint));
    return true;
  }
  put(state, layout, field, scalarOf(field, bits, problems));
  return true;
}

/** The bytes of the reader, from `start` to the end of a group without its end tag. */
function withoutEndTag(reader: BinaryReader, start: number, number: number): Uint8Array {
  const end = reader.pos - new BinaryWriter().tag(number, WireType.EndGroup).finish().length;
  // BinaryReader has no view of its buffer; `buf` is its only field that holds it.
  return (reader as unknown as { buf: Uint8Array }).buf.slice(start, end);
}

function readBits(reader: BinaryReader, wire: WireType): bigint | Uint8Array {
  if (wire === WireType.LengthDelimited) return reader.bytes().slice();
  if (wire === WireType.Varint) return BigInt.asUintN(64, BigInt(reader.uint64()));
  return wire === WireType.Bit64 ? BigInt(reader.fixed64()) : BigInt(reader.fixed32());
}

function scalarOf(field: FieldLayout, bits: bigint | Uint8Array, problems: Problem[]): Value {
  if (bits instanceof Uint8Array) {
    const why =
      field.kind === "message" ? malformed(bits) : field.kind === "string" && field.utf8 ? notUtf8(bits) : undefined;
    if (why !== undefined) problems.push({ kind: "rejected", field, writerField: undefined, why });
    return bits;
  }
  return scalars[field.kind as "int32"].fromBits!(bits);
}

function knows(field: FieldLayout, bits: bigint): boolean {
  return field.enum!.open || field.enum!.names.has(BigInt.asIntN(32, bits));
}

function readPacked(
  field: FieldLayout,
  payload: Uint8Array,
  state: State,
  unknown: Uint8Array[],
  problems: Problem[],
): void {
  const list = [...((state.get(field.number) as Value[] | undefined) ?? [])];
  const reader = new BinaryReader(payload);
  try {
    while (reader.pos < payload.length) {
      const bits = readBits(reader, wireTypeOf(field));
      if (field.enum !== undefined && !knows(field, bits as bigint))
        unknown.push(asVarint(field.number, bits as bigint));
      else list.push(scalarOf(field, bits, problems));
    }
  } catch {
    problems.push({ kind: "rejected", field, writerField: undefined, why: "a packed list is malformed" });
  }
  state.set(field.number, list);
}

function put(state: State, layout: Layout, field: FieldLayout, value: Value): void {
  const before = state.get(field.number);
  if (field.cardinality === "repeated") {
    state.set(field.number, [...((before as Value[] | undefined) ?? []), value]);
    return;
  }
  if (field.oneof !== undefined) {
    for (const other of layout.fields) {
      if (other !== field && other.oneof === field.oneof) state.delete(other.number);
    }
  }
  const merge = field.kind === "message" && before !== undefined;
  state.set(field.number, merge ? join([before as Uint8Array, value as Uint8Array]) : value);
}

/**
 * An entry that holds something unknown, such as another wire type or a number that a closed enum does not have, is unknown
 * as a whole, and then its bytes are returned. They are what upb keeps: the key and value that it could read, written again,
 * before the rest.
 */
function readEntry(field: FieldLayout, payload: Uint8Array, problems: Problem[]): Entry | Uint8Array {
  const parts = new Map<number, Value>();
  const unknown: Uint8Array[] = [];
  const reader = new BinaryReader(payload);
  try {
    while (reader.pos < payload.length) {
      const start = reader.pos;
      const [number, wire] = reader.tag();
      const part = number === 1 ? field.key! : number === 2 ? field.value! : undefined;
      const bits = part !== undefined && wire === wireTypeOf(part) ? readBits(reader, wire) : undefined;
      if (bits === undefined) reader.skip(wire, number);
      if (bits === undefined || (part!.enum !== undefined && !knows(part!, bits as bigint))) {
        unknown.push(payload.subarray(start, reader.pos));
        continue;
      }
      const inner: Problem[] = [];
      parts.set(number, scalarOf(part!, bits, inner));
      problems.push(...inner.map((problem) => ({ ...problem, field })));
    }
  } catch {
    problems.push({ kind: "rejected", field, writerField: undefined, why: "a map entry is malformed" });
  }
  const [key, value] = [parts.get(1), parts.get(2)];
  if (unknown.length === 0) {
    return { key: key ?? field.key!.default!, value: value ?? field.value!.default ?? new Uint8Array(0) };
  }
  const known = new BinaryWriter();
  if (key !== undefined) writeOne(known, field.key!, key);
  if (value !== undefined) writeOne(known, field.value!, value);
  return join([known.finish(), ...unknown]);
}

function putEntry(state: State, field: FieldLayout, entry: Entry): void {
  const before = (state.get(field.number) as Entry[] | undefined) ?? [];
  const key = keyText(entry.key);
  state.set(field.number, [...before.filter((other) => keyText(other.key) !== key), entry]);
}

export function sortEntries(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => (keyText(a.key) < keyText(b.key) ? -1 : 1));
}

/** Equal for equal keys: of 64 bits, a number would have only 53. */
export function keyText(key: Value): string {
  if (key instanceof Uint8Array) return hex(key);
  return typeof key === "boolean" ? String(Number(key)) : String(key);
}

function readMessageSetItem(
  reader: BinaryReader,
  layout: Layout,
  state: State,
  unknown: Uint8Array[],
  bytes: Uint8Array,
  start: number,
): void {
  let number = 0;
  let payload = new Uint8Array(0);
  for (let [no, wire] = reader.tag(); wire !== WireType.EndGroup; [no, wire] = reader.tag()) {
    if (no === 2 && wire === WireType.Varint) number = reader.uint32();
    else if (no === 3 && wire === WireType.LengthDelimited) payload = new Uint8Array(reader.bytes());
    else reader.skip(wire, no);
  }
  const field = layout.byNumber.get(number);
  if (field === undefined) unknown.push(bytes.subarray(start, reader.pos));
  else put(state, layout, field, payload);
}

function asVarint(number: number, bits: bigint): Uint8Array {
  return new BinaryWriter().tag(number, WireType.Varint).uint64(bits).finish();
}

function asField(number: number, payload: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(payload).finish();
}

/** Says why bytes are no message at all, whatever its fields are. */
export function malformed(bytes: Uint8Array): string | undefined {
  const reader = new BinaryReader(bytes);
  try {
    while (reader.pos < bytes.length) {
      const [number, wire] = reader.tag();
      if (wire === WireType.EndGroup) return "the bytes are no encoded message";
      reader.skip(wire, number);
    }
    return undefined;
  } catch {
    return "the bytes are no encoded message";
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function notUtf8(bytes: Uint8Array): string | undefined {
  try {
    utf8.decode(bytes);
    return undefined;
  } catch {
    return "the string is not valid UTF-8";
  }
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
