import { createInteger, createScalar, createText } from "./values.mjs";
import { WIRE } from "./wire.mjs";

/** Messages nest this deep at most, so that the size of an input stays bounded. */
const MAX_DEPTH = 4;

/** How likely a message has each of its fields: mostly a few, seldom none or all. */
function pickDensity(random, fields, depth) {
  const roll = random.below(20);
  if (roll === 0) return 0;
  if (roll === 1 && depth === 0) return 1;
  return (roll < 6 && depth === 0 ? 15 : 4 / (depth + 1)) / fields;
}

/**
 * Returns a random message of this shape as records, right in every respect but one: a required field that would nest
 * deeper than the limit is left out (two of the test types have no finite value that has them all).
 */
export function createMessage(random, shape, depth = 0) {
  if (shape.entry) return shape.fields.map((field) => createRecord(random, field, depth));
  const wellKnown = WELL_KNOWN[shape.typeName];
  if (wellKnown && random.chance(0.8)) return wellKnown(random, shape, depth);
  if (shape.messageSet) return createMessageSet(random, shape, depth);
  const density = pickDensity(random, shape.fields.length, depth);
  const records = [];
  for (const field of shape.fields) {
    if (!field.required && !random.chance(density)) continue;
    if (field.message && depth >= (field.required ? 1 : MAX_DEPTH)) continue;
    records.push(...createField(random, field, depth));
  }
  return random.chance(0.1) ? shuffle(random, records) : records;
}

/** Returns a message that has every field, and in messages of few fields every field again, one level down. */
export function createFullMessage(random, shape, depth = 0) {
  if (shape.messageSet) return createMessageSet(random, shape, MAX_DEPTH);
  return shape.fields.flatMap((field) => {
    if (!field.message) return createField(random, field, depth);
    const deeper = depth === 0 && field.message.fields.length < 10;
    return [messageRecord(field, deeper ? createFullMessage(random, field.message, depth + 1) : [])];
  });
}

/** The records of one field: one, or several of a list. */
export function createField(random, field, depth) {
  if (!field.list) return [createRecord(random, field, depth)];
  const count = random.chance(0.002) && !field.message ? random.below(300) : random.between(1, 3);
  if (field.packed) return [packedRecord(field, createItems(random, field, count))];
  return Array.from({ length: count }, () => createRecord(random, field, depth));
}

/** One value of a field with its tag. */
export function createRecord(random, field, depth = MAX_DEPTH) {
  if (field.message)
    return messageRecord(field, depth >= MAX_DEPTH ? [] : createMessage(random, field.message, depth + 1));
  return { number: field.number, wire: field.wire, field, ...createScalar(random, field) };
}

export function createItems(random, field, count) {
  return Array.from({ length: count }, () => createScalar(random, field));
}

export function packedRecord(field, items) {
  return { number: field.number, wire: WIRE.length, field, items };
}

export function messageRecord(field, records) {
  return { number: field.number, wire: field.wire, field, records };
}

/** MessageSet: each extension is an item, group 1 with the type id in field 2 and the message in field 3. */
function createMessageSet(random, shape, depth) {
  const records = [];
  for (const field of shape.fields) {
    if (random.chance(0.5)) records.push(messageSetItem(field.number, createMessage(random, field.message, depth + 1)));
  }
  if (random.chance(0.3)) records.push(messageSetItem(random.between(4, 1000), []));
  return records;
}

export function messageSetItem(typeId, records) {
  const id = { number: 2, wire: WIRE.varint, value: BigInt(typeId) };
  const message = { number: 3, wire: WIRE.length, records };
  return { number: 1, wire: WIRE.startGroup, records: [id, message] };
}

/** Well-known types whose random values would almost never have a JSON form. */
const WELL_KNOWN = {
  "google.protobuf.Timestamp": (random, shape) =>
    varints(shape, { 1: BigInt(random.between(-62135596800, 253402300799)), 2: BigInt(random.below(1e9)) }),
  "google.protobuf.Duration": (random, shape) =>
    varints(shape, { 1: BigInt(random.below(315576000000)), 2: BigInt(random.below(1e9)) }),
  "google.protobuf.FieldMask": (random, shape) =>
    ["a", "foo_bar", "a.b_c"].slice(random.below(3)).map((path) => text(shape.byNumber.get(1), path)),
  "google.protobuf.Any": (random, shape) => [
    text(
      shape.byNumber.get(1),
      random.pick(["type.googleapis.com/google.protobuf.Duration", `x/${createText(random)}`]),
    ),
    {
      ...text(shape.byNumber.get(2), ""),
      bytes: random.chance(0.5) ? new Uint8Array() : random.bytes(random.below(6)),
    },
  ],
  "google.protobuf.Value": (random, shape, depth) => {
    const kinds = shape.fields.filter((field) => !field.message || depth < MAX_DEPTH);
    return [createRecord(random, random.pick(kinds), depth)];
  },
};

function varints(shape, values) {
  return Object.entries(values).map(([number, value]) => {
    const field = shape.byNumber.get(Number(number));
    return { number: field.number, wire: WIRE.varint, field, value };
  });
}

function text(field, value) {
  return { number: field.number, wire: WIRE.length, field, bytes: new TextEncoder().encode(value) };
}

export function shuffle(random, array) {
  for (let i = array.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [array[i], array[j]] = [array[j], array[i]];
  }
  return array;
}

/** A field that no test type knows, of any wire type. */
export function createUnknown(random, depth = 0) {
  const number = random.pick([1000, 1001, 5000, 18999, 536870911, 2015, 999999]);
  const wire = random.pick([WIRE.varint, WIRE.bit64, WIRE.length, WIRE.startGroup, WIRE.bit32]);
  if (wire === WIRE.varint) return { number, wire, value: createInteger(random) };
  if (wire === WIRE.startGroup) {
    return {
      number,
      wire,
      records: depth > 2 ? [] : Array.from({ length: random.below(3) }, () => createUnknown(random, depth + 1)),
    };
  }
  return { number, wire, bytes: random.bytes(wire === WIRE.bit64 ? 8 : wire === WIRE.bit32 ? 4 : random.below(10)) };
}
