import type { FieldShape, Shape, Value } from "../shape.js";
import { fieldShape } from "../shape.js";
import { scalars } from "./scalar.js";
import type { Entry, FieldState, State } from "./state.js";
import { encode, sortEntries } from "./wire.js";

const text = new TextEncoder();

/** Where ranges of integers end and encodings change, from the smallest to the largest. */
const integers = [1n, 2n, 0n, -1n, 127n, 128n, -128n, 65536n]
  .concat([31n, 32n, 53n, 63n].flatMap((bits) => [1n << bits, (1n << bits) - 1n, -(1n << bits), -(1n << bits) - 1n]))
  .concat([(1n << 53n) + 1n, (1n << 64n) - 1n, 1n << 40n])
  .sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : a > b ? -1 : 1));

const floats = [1, 0, 0.5, -1, 2, 100, 1e10, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const doubles = [...floats, 0.1, 2 ** 53 + 2, 1e39, 1e300];
const strings = ["a", "", "1", "true", "é", "A_VALUE", "2026-11-23T00:00:00Z"].map((value) => text.encode(value));
const notUtf8 = new Uint8Array([0xff, 0xfe]);
const blobs = [[0x61], [], [0xff, 0xfe], [0x08, 0x01], [0x00]].map((bytes) => new Uint8Array(bytes));

/**
 * Values that a writer may write to a field, the simplest first: where a conditional break begins, the first bad one of
 * them is shown. `other` is what reads it: values that only one of the two knows are among them.
 */
export function candidates(
  field: FieldShape,
  other: FieldShape | undefined,
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
      return field.utf8 ? strings : [...strings, notUtf8];
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

function enumValues(field: FieldShape, other: FieldShape | undefined): Value[] {
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
function messageValues(field: FieldShape, other: FieldShape | undefined): Value[] {
  const message = field.message!;
  const fields = message.fields.slice(0, 4).map(fieldShape);
  const shape: Shape = {
    typeName: message.typeName,
    fields,
    byNumber: new Map(),
    byName: new Map(),
    reservedNames: new Set(),
    messageSet: false,
  };
  const nested = (values: State): Uint8Array => encode(shape, values);
  if (other?.kind === "message" && other.cardinality !== "map") return [new Uint8Array(0)];
  const full: State = new Map();
  for (const part of fields) {
    if (part.kind !== "message" && part.cardinality === "singular") {
      const value = candidates(part, undefined)[0]!;
      full.set(part.number, value);
    }
  }
  if (other?.cardinality === "map") return [entryOf(other, 0), entryOf(other, 1)];
  return [nested(full), new Uint8Array(0)];
}

function entryOf(map: FieldShape, at: number): Uint8Array {
  const pick = (field: FieldShape): Value => {
    const list = candidates(field, undefined);
    return list[Math.min(at, list.length - 1)]!;
  };
  const shape = { fields: [map.key!, map.value!], messageSet: false } as unknown as Shape;
  return encode(
    shape,
    new Map([
      [1, pick(map.key!)],
      [2, pick(map.value!)],
    ]),
  );
}

/** All that one field can hold: single values, lists of none, one and several, maps. */
export function fieldStates(
  field: FieldShape,
  other: FieldShape | undefined,
  only?: readonly Value[],
): readonly FieldState[] {
  if (field.cardinality === "map") return mapStates(field, other, only);
  const values = candidates(field, other, only);
  if (values.length === 0 || field.cardinality === "singular") return values;
  const [first, second] = [values[0]!, values[1] ?? values[0]!];
  return [[first], ...values.slice(1).map((value) => [value]), [first, second], [first, first, second]];
}

function mapStates(field: FieldShape, other: FieldShape | undefined, only?: readonly Value[]): FieldState[] {
  const keys = candidates(field.key!, other?.key);
  const values = candidates(field.value!, other?.value, only);
  if (values.length === 0) return [];
  const [key, value] = [keys[0]!, values[0]!];
  const one = (entry: Entry): FieldState => [entry];
  return [
    one({ key, value }),
    ...keys.slice(1).map((other) => one({ key: other, value })),
    ...values.slice(1).map((other) => one({ key, value: other })),
    sortEntries(
      [
        { key, value },
        { key: keys[1] ?? key, value: values[1] ?? value },
      ].slice(0, keys.length > 1 ? 2 : 1),
    ),
  ];
}

/** A message with what it must have: its required fields. */
export function baseState(shape: Shape, reader: (field: FieldShape) => FieldShape | undefined): State {
  const state: State = new Map();
  for (const field of shape.fields) {
    if (field.presence === "required") state.set(field.number, fieldStates(field, reader(field))[0]!);
  }
  return state;
}

/** Sets a field, and unsets the rest of its oneof. */
export function withField(shape: Shape, state: State, field: FieldShape, value: FieldState): State {
  const next = new Map(state);
  if (field.oneof !== undefined) {
    for (const other of shape.fields) if (other.oneof === field.oneof) next.delete(other.number);
  }
  return next.set(field.number, value);
}
