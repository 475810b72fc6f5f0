import { type EnumLayout, entryLayout, type FieldLayout, type Layout, messageLayout, type Value } from "../layout.js";
import { counterpart } from "./compare.js";
import { scalars } from "./scalar.js";
import { type Entry, type FieldState, isZero, type State } from "./state.js";
import { encode, notUtf8, sortEntries } from "./wire.js";

const text = new TextEncoder();

/** Integers at which ranges end and encodings change, from the smallest to the largest. */
const integers = [1n, 2n, 0n, -1n, 127n, 128n, -128n, 65536n]
  .concat([31n, 32n, 53n, 63n].flatMap((bits) => [1n << bits, (1n << bits) - 1n, -(1n << bits), -(1n << bits) - 1n]))
  .concat([(1n << 53n) + 1n, (1n << 64n) - 1n, 1n << 40n])
  .sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : a > b ? -1 : 1));

const floats = [1, 0, 0.5, -1, 2, 100, 1e10, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const doubles = [...floats, 0.1, 2 ** 53 + 2, 1e39, 1e300];
const strings = ["a", "", "1", "true", "é", "A_VALUE", "2026-11-23T00:00:00Z"].map((value) => text.encode(value));
const invalidUtf8 = new Uint8Array([0xff, 0xfe]);
/** Its length takes two bytes, which are not UTF-8. The last choice, because it is hard to read. */
const longText = text.encode("a".repeat(128));
const blobs = [[0x61], [], [0xff, 0xfe], [0x08, 0x01], [0x00]].map((bytes) => new Uint8Array(bytes));

/**
 * Values that a writer may write to a field, simplest first, so that the first failing one is the best witness. `other` is the
 * reader's field. The list includes values that only one of the two knows.
 */
export function candidates(
  field: FieldLayout,
  other: FieldLayout | undefined,
  only?: readonly Value[],
): readonly Value[] {
  switch (field.kind) {
    case "enum":
      return (
        only?.filter((value) => field.enum!.open || field.enum!.names.has(value as bigint)) ?? enumValues(field, other)
      );
    case "message":
      return messageValues(field, other);
    case "bool":
      return [true, false];
    case "float":
      return floats;
    case "double":
      return doubles;
    case "string":
      return [...strings, ...(field.utf8 ? [] : [invalidUtf8]), ...(other === undefined ? [longText] : [])];
    case "bytes":
      return blobs;
    default: {
      const { min, max } = scalars[field.kind];
      return integers.filter((value) => value >= min! && value <= max!);
    }
  }
}

/** By magnitude, but zero behind one: what stands for a field is a value that is written even without presence. */
function rank(value: bigint): bigint {
  if (value === 0n) return 3n;
  return value < 0n ? -2n * value : 2n * value;
}

function enumValues(field: FieldLayout, other: FieldLayout | undefined): Value[] {
  const all = [...field.enum!.names.keys()];
  const changed = other?.enum
    ? all.filter((number) => other.enum!.names.get(number) !== field.enum!.names.get(number))
    : [];
  // A large enum has enough in its first values and those that differ.
  const known = [...new Set([...all.slice(0, 8), ...changed.slice(0, 64), all.at(-1)!])];
  if (!field.enum!.open) return known;
  const foreign = other?.enum ? [...other.enum.names.keys()].filter((number) => !field.enum!.names.has(number)) : [];
  return [...known, ...foreign.slice(0, 1), 12345n];
}

/** Encoded messages: nearly nothing where the reader has a message too, whose own pair looks at the content. */
function messageValues(field: FieldLayout, other: FieldLayout | undefined): Value[] {
  const writer = messageLayout(field.message!);
  if (other?.cardinality === "map") {
    const entry = entryLayout(other);
    return messagesOf(writer, (part) => metStates(writer, part, entry), baseState(writer, entry));
  }
  if (other?.kind === "message") return [new Uint8Array(0)];
  return messagesOf(writer, (part) => scatteredStates(writer, part, [writer]));
}

/** Messages in which the first fields have their first values, then each of them each of its own, then none any. */
function messagesOf(
  writer: Layout,
  statesOfPart: (field: FieldLayout) => readonly FieldState[],
  base: State = baseState(writer, undefined),
): Value[] {
  const parts = writer.fields.slice(0, 4).map((field) => ({ field, states: statesOfPart(field) }));
  const plain = parts.reduce(
    (state, { field, states: [first] }) => (first === undefined ? state : withField(writer, state, field, first)),
    base,
  );
  const varied = parts.flatMap(({ field, states }) => states.map((value) => withField(writer, plain, field, value)));
  const [first, ...encoded] = [plain, ...varied].map((state) => encode(writer, state));
  const isShort = ({ length }: Uint8Array): boolean => length < longText.length;
  const shortFirst = [...encoded.filter(isShort), ...encoded.filter((each) => !isShort(each))];
  return [first!, ...shortFirst, encode(writer, base)];
}

/** The values of a field of a message that a map entry meets. */
function metStates(writer: Layout, field: FieldLayout, reader: Layout): readonly FieldState[] {
  if (field.cardinality === "singular" && field.kind !== "message") return statesOf(writer, field, reader);
  const other = counterpart(writer, field, reader) ?? reader.byNumber.get(field.number);
  return fieldStates(field, other?.cardinality === "singular" ? other : undefined);
}

/**
 * The values of a field of a message that is read as something else, such as a string. Only whether its bytes are UTF-8
 * matters then, which a nested message can decide. `open` has the messages around it: one within itself adds nothing.
 */
function scatteredStates(writer: Layout, field: FieldLayout, open: readonly Layout[]): readonly FieldState[] {
  const part = field.value ?? field;
  if (part.kind !== "message") {
    return field.cardinality === "singular" ? statesOf(writer, field, undefined) : fieldStates(field, undefined);
  }
  const nested = messageLayout(part.message!);
  if (open.length > DEEPEST || open.some(({ typeName }) => typeName === nested.typeName)) return [];
  const inner = [...open, nested];
  const payloads = byUtf8(messagesOf(nested, (each) => scatteredStates(nested, each, inner)) as Uint8Array[]);
  if (field.cardinality === "singular") return payloads;
  const [key] = field.key === undefined ? [] : candidates(field.key, undefined);
  return payloads.map((value) => [key === undefined ? value : { key, value }] as FieldState);
}

/** A message that has nothing but messages for three levels is not to be expected. */
const DEEPEST = 3;

/** The first of the payloads, the first that is not UTF-8, and the last. */
function byUtf8(payloads: readonly Uint8Array[]): Uint8Array[] {
  const invalid = payloads.find((payload) => notUtf8(payload) !== undefined);
  return [payloads[0]!, ...(invalid === undefined ? [] : [invalid]), payloads.at(-1)!];
}

/** All that one field can hold: single values, lists of none, one and several, maps. */
export function fieldStates(
  field: FieldLayout,
  other: FieldLayout | undefined,
  only?: readonly Value[],
): readonly FieldState[] {
  if (field.cardinality === "map") return mapStates(field, other, only);
  const values = candidates(field, other, only);
  if (values.length === 0 || field.cardinality === "singular") return values;
  const [first, second, last] = [values[0]!, values[1] ?? values[0]!, values.at(-1)!];
  const twice = [
    [first, second],
    [first, last],
    [last, first],
    [last, last],
  ];
  const several = [...twice, [first, first, second], ...setAside(values, other?.enum)];
  return [[first], ...values.slice(1).map((value) => [value]), ...several];
}

/** A list whose first item a closed enum does not know: it is set aside, and comes back behind the others. */
function setAside(values: readonly Value[], reader: EnumLayout | undefined): Value[][] {
  if (reader === undefined || reader.open) return [];
  const unknown = values.find((value) => !reader.names.has(value as bigint));
  const known = values.find((value) => reader.names.has(value as bigint));
  return unknown === undefined || known === undefined ? [] : [[unknown, known]];
}

function mapStates(field: FieldLayout, other: FieldLayout | undefined, only?: readonly Value[]): FieldState[] {
  const reader = other?.cardinality === "map" ? entryLayout(other) : other?.message && messageLayout(other.message);
  const part = (own: FieldLayout): FieldLayout | undefined => reader && counterpart(entryLayout(field), own, reader);
  const keys = candidates(field.key!, part(field.key!));
  const values = candidates(field.value!, part(field.value!), only);
  if (values.length === 0) return [];
  const [key, value] = [keys[0]!, values[0]!];
  const one = (entry: Entry): FieldState => [entry];
  const two = (second: Value): FieldState[] =>
    keys.length > 1
      ? [
          sortEntries([
            { key, value },
            { key: keys[1]!, value: second },
          ]),
        ]
      : [];
  return [
    one({ key, value }),
    ...keys.slice(1).map((other) => one({ key: other, value })),
    ...values.slice(1).map((other) => one({ key, value: other })),
    ...two(values[1] ?? value),
    ...two(value), // of equal length: a reader that takes entries for packed numbers reads both
  ];
}

/** A message with what it must have: its required fields. */
export function baseState(layout: Layout, reader: Layout | undefined): State {
  const state: State = new Map();
  for (const field of layout.fields) {
    if (field.presence === "required") state.set(field.number, statesOf(layout, field, reader)[0]!);
  }
  return state;
}

function statesOf(writer: Layout, field: FieldLayout, reader: Layout | undefined): readonly FieldState[] {
  if (reader !== undefined) return statesFor(writer, field, reader);
  return field.kind === "message" ? [new Uint8Array(0)] : fieldStates(field, undefined); // a message may require itself
}

/**
 * All that one field can hold, for whoever reads it: the reader's field of the same name (or a renamed one), and the one of
 * its number, which is where its bytes arrive.
 */
export function statesFor(
  writer: Layout,
  field: FieldLayout,
  reader: Layout,
  only?: readonly Value[],
): readonly FieldState[] {
  const [named, numbered] = [counterpart(writer, field, reader), reader.byNumber.get(field.number)];
  const states = fieldStates(field, named ?? numbered, only);
  return named === undefined || numbered === undefined || named === numbered
    ? states
    : [...states, ...fieldStates(field, numbered, only), ...crossedStates(field, numbered)];
}

/** Messages that arrive in a field of another message type, where numbers were swapped. No pair of types looks at those. */
function crossedStates(field: FieldLayout, other: FieldLayout): readonly FieldState[] {
  const [type, met] = [field.message, other.message];
  if (type === undefined || met === undefined || type.typeName === met.typeName) return [];
  const [writer, reader] = [messageLayout(type), messageLayout(met)];
  const values = messagesOf(writer, (part) => metStates(writer, part, reader), baseState(writer, reader));
  return field.cardinality === "singular" ? values : values.map((value) => [value]);
}

/** The first of the states of a field that is written at all. */
export function firstWritten(field: FieldLayout, states: readonly FieldState[]): FieldState {
  const isWritten = (state: FieldState): boolean =>
    field.cardinality !== "singular" || field.presence !== "implicit" || !isZero(state as Value);
  return states.find(isWritten) ?? states[0]!;
}

/** Sets a field, and unsets the rest of its oneof. */
export function withField(layout: Layout, state: State, field: FieldLayout, value: FieldState): State {
  const next = new Map(state);
  if (field.oneof !== undefined) {
    for (const other of layout.fields) if (other.oneof === field.oneof) next.delete(other.number);
  }
  return next.set(field.number, value);
}
