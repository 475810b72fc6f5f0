import {
  createField,
  createItems,
  createMessage,
  createRecord,
  createUnknown,
  messageRecord,
  messageSetItem,
  packedRecord,
  shuffle,
} from "./valid.mjs";
import { createInteger, createScalar, hex } from "./values.mjs";
import { WIRE } from "./wire.mjs";

/** The recursion limit that both decoders have by default. */
export const RECURSION_LIMIT = 100;

/**
 * Mutations that know the wire format: each changes one thing that a decoder has to notice or to tolerate. A row is a
 * function that mutates a message ({ shape, records }) and returns false where there is nothing to mutate.
 */
export const RECORD_MUTATIONS = {
  "wrong wire type": (random, message) =>
    change(random, message, hasField, (record) => {
      record.wire = random.below(8);
      if (random.chance(0.5)) replacePayload(record, createPayload(random, record.wire));
    }),

  "other field number": (random, message) =>
    change(random, message, any, (record, { shape }) => {
      const known = shape ? shape.fields.map((field) => field.number) : [];
      record.number = random.pick([
        0,
        1,
        2,
        3,
        15,
        16,
        19000,
        0x1fffffff,
        0x20000000,
        random.below(0x20000000),
        ...known,
      ]);
    }),

  "length that lies": (random, message) =>
    change(random, message, isLength, (record) => (record.length = random.pick(LENGTHS))),

  "overlong tag": (random, message) => change(random, message, any, (record) => (record.tagPad = random.between(1, 9))),

  "overlong length": (random, message) =>
    change(random, message, isLength, (record) => (record.lengthPad = random.between(1, 9))),

  "overlong value": (random, message) =>
    change(random, message, isVarint, (record) => (record.valuePad = random.between(1, 10))),

  "value beyond 64 bits": (random, message) =>
    change(random, message, isVarint, (record) => (record.overflow = random.below(128))),

  "wide value": (random, message) =>
    change(random, message, isVarint, (record) => (record.value = createInteger(random))),

  "unknown enum value": (random, message) =>
    change(random, message, isEnum, (record) => (record.value = createUnknownEnumValue(random))),

  "NaN with payload": (random, message) =>
    change(random, message, isFloat, (record) => record.bytes.set(createNaN(random, record.bytes.length))),

  "invalid UTF-8": (random, message) =>
    change(random, message, isString, (record) => (record.bytes = spoilText(random, record.bytes))),

  "random bytes": (random, message) =>
    change(random, message, isBytes, (record) => (record.bytes = random.bytes(random.below(12)))),

  "large value": (random, message) =>
    random.chance(0.05) &&
    change(random, message, isLength, (record) => replacePayload(record, createLarge(random, record))),

  "end of another group": (random, message) =>
    change(random, message, isGroup, (record) => (record.end = random.pick([0, 1, record.number + 1, 1000]))),

  "group without end": (random, message) => change(random, message, isGroup, (record) => (record.end = null)),

  "stray end": (random, message) =>
    insert(random, message, () => [{ number: random.pick([0, 1, 201, 1000]), wire: WIRE.endGroup }]),

  "message as group": (random, message) =>
    change(
      random,
      message,
      isMessage,
      (record) => (record.wire = record.wire === WIRE.length ? WIRE.startGroup : WIRE.length),
    ),

  "deep groups": (random, message) => insert(random, message, () => [nestGroups(random, nearLimit(random), 1000)]),

  "deep messages": (random, message) =>
    insert(random, message, ({ shape }) => shape && nestMessages(random, shape, nearLimit(random))),

  removed: (random, message) => splice(random, message, any, () => []),

  repeated: (random, message) => splice(random, message, any, (record) => [record, record]),

  "given again": (random, message) =>
    insert(random, message, ({ records }) => {
      const known = records.filter((record) => record.field);
      return known.length > 0 && createField(random, random.pick(known).field, 2);
    }),

  "several members of a oneof": (random, message) =>
    insert(random, message, ({ shape }) => {
      const members = shape ? shape.fields.filter((field) => field.oneof) : [];
      return (
        members.length > 0 &&
        Array.from({ length: random.between(2, 4) }, () => createRecord(random, random.pick(members), 2))
      );
    }),

  "unknown field": (random, message) => insert(random, message, () => [createUnknown(random)]),

  "packed or expanded": (random, message) => splice(random, message, isPackable, (record) => repack(random, record)),

  "packed in parts": (random, message) =>
    splice(random, message, isPacked, (record) => {
      const cut = random.below(record.items.length + 1);
      return [
        packedRecord(record.field, record.items.slice(0, cut)),
        packedRecord(record.field, record.items.slice(cut)),
      ];
    }),

  "odd map entry": (random, message) => change(random, message, isEntry, (record) => distortEntry(random, record)),

  "odd MessageSet item": (random, message) =>
    insert(
      random,
      message,
      ({ shape }) => shape?.messageSet && [distortItem(random, messageSetItem(random.pick([4, 1547769]), []))],
    ),

  "MessageSet item of any message": (random, message) =>
    insert(random, message, () => [messageSetItem(createInteger(random), [createUnknown(random)])]),

  shuffled: (random, message) => {
    const { records } = random.pick(listsOf(message));
    return records.length > 1 && Boolean(shuffle(random, records));
  },

  "spliced with another message": (random, message) =>
    insert(random, message, ({ shape }) => shape && !shape.entry && createMessage(random, shape, 2)),
};

/** From the right length to the written one. */
const LENGTHS = [
  (n) => n + 1n,
  (n) => n - 1n,
  (n) => n + 2n,
  (n) => n / 2n,
  (n) => n * 2n + 3n,
  (n) => n + 0x100000000n,
  () => 0n,
  () => 0x7ffffffen,
  () => 0x7fffffffn,
  () => 0x80000000n,
  () => 0xffffffffn,
  () => 0x7fffffffffffffffn,
  () => 0xffffffffffffffffn,
];

/** Ill-formed sequences of every kind in table 3-7 of the Unicode standard. */
export const INVALID_UTF8 = [
  "80", // a continuation byte alone
  "bf",
  "c2", // a sequence cut short
  "e2 82",
  "f0 9f 98",
  "c0 80", // overlong: U+0000 in two, three, four bytes
  "c1 bf",
  "e0 80 80",
  "e0 9f bf",
  "f0 80 80 80",
  "f0 8f bf bf",
  "ed a0 80", // surrogates, alone and as a pair
  "ed bf bf",
  "ed a0 bd ed b8 80",
  "f4 90 80 80", // beyond U+10FFFF
  "f5 80 80 80",
  "f8 88 80 80 80", // five and six bytes
  "fc 84 80 80 80 80",
  "fe",
  "ff",
  "c3 28", // a continuation byte that is none
  "e2 28 a1",
  "e2 82 28",
  "f0 28 8c bc",
  "f0 90 28 bc",
  "f0 90 8c 28",
].map(hex);

const any = () => true;
const hasField = (record) => record.field !== undefined;
const isLength = (record) => record.wire === WIRE.length;
const isVarint = (record) => record.value !== undefined;
const isBytes = (record) => record.bytes !== undefined;
const isGroup = (record) => record.wire === WIRE.startGroup;
const isMessage = (record) => record.records !== undefined;
const isEntry = (record) => record.field?.message?.entry && record.records !== undefined;
const isEnum = (record) => record.field?.type === "enum" && record.value !== undefined;
const isString = (record) => record.field?.type === "string" && record.bytes !== undefined;
const isFloat = (record) =>
  (record.field?.type === "float" || record.field?.type === "double") &&
  (record.bytes?.length === 4 || record.bytes?.length === 8);
const isPacked = (record) => record.items !== undefined;
const isPackable = (record) => record.field?.packable && record.records === undefined;

/** Every list of records in the message: its own and those of nested messages, with their shapes. */
function listsOf({ shape, records }, lists = []) {
  lists.push({ shape, records });
  for (const record of records) {
    if (record.records) listsOf({ shape: record.field?.message, records: record.records }, lists);
  }
  return lists;
}

/** Picks a record that fits, or an element of a packed list that does, and changes it. */
function change(random, message, fits, apply) {
  const sites = [];
  for (const list of listsOf(message)) {
    for (const record of list.records) {
      if (fits(record)) sites.push([record, list]);
      for (const item of record.items ?? []) {
        const element = Object.assign(item, { field: record.field });
        if (fits(element)) sites.push([element, list]);
      }
    }
  }
  if (sites.length === 0) return false;
  const [record, list] = random.pick(sites);
  return apply(record, list) !== false;
}

/** Inserts records into one of the lists; where `create` returns nothing, there is nothing to insert. */
function insert(random, message, create) {
  const list = random.pick(listsOf(message));
  const inserted = create(list);
  if (!inserted) return false;
  const { records } = list;
  records.splice(random.below(records.length + 1), 0, ...inserted);
  return true;
}

/** Picks a record that fits and replaces it by others. */
function splice(random, message, fits, replace) {
  const sites = listsOf(message).flatMap(({ records }) => records.filter(fits).map((record) => [records, record]));
  if (sites.length === 0) return false;
  const [records, record] = random.pick(sites);
  records.splice(records.indexOf(record), 1, ...replace(record));
  return true;
}

function replacePayload(record, payload) {
  delete record.value;
  delete record.bytes;
  delete record.records;
  delete record.items;
  Object.assign(record, payload);
}

/** A payload that fits the wire type, but nothing that the field expects. */
function createPayload(random, wire) {
  if (wire === WIRE.varint) return { value: createInteger(random) };
  if (wire === WIRE.bit32) return { bytes: random.bytes(4) };
  if (wire === WIRE.bit64) return { bytes: random.bytes(8) };
  if (wire === WIRE.length) return { bytes: random.bytes(random.below(8)) };
  return wire === WIRE.startGroup ? { records: [createUnknown(random)] } : {};
}

function createLarge(random, record) {
  const size = random.pick([128, 4095, 4096, 4097, 8191, 8192, 16384, 65536]);
  if (record.items) return { items: createItems(random, record.field, size >> 2) };
  return { bytes: new Uint8Array(size).fill(random.pick([0x20, 0x41, 0x08])) };
}

function createUnknownEnumValue(random) {
  const value = random.pick([
    3n,
    4n,
    5n,
    127n,
    128n,
    -2n,
    -128n,
    0x7fffffffn,
    -0x80000000n,
    0x100000000n,
    0x100000001n,
    0xfffffffffn,
  ]);
  return BigInt.asUintN(64, value);
}

/** Any NaN: all bits of the exponent set, and at least one of the rest. */
function createNaN(random, size) {
  const bytes = random.bytes(size);
  bytes[size - 1] |= 0x7f;
  bytes[size - 2] |= size === 4 ? 0x80 : 0xf0;
  bytes[0] |= 1;
  return bytes;
}

/** Puts an ill-formed sequence at the start, at the end, or inside. */
export function spoilText(random, bytes) {
  const bad = random.pick(INVALID_UTF8);
  const at = random.pick([0, bytes.length, random.below(bytes.length + 1)]);
  return Uint8Array.from([...bytes.subarray(0, at), ...bad, ...bytes.subarray(at)]);
}

function nearLimit(random) {
  return RECURSION_LIMIT + random.between(-5, 3);
}

/** Unknown groups, one inside the other. */
export function nestGroups(random, depth, number) {
  let record = { number, wire: WIRE.startGroup, records: random.chance(0.2) ? [createUnknown(random)] : [] };
  for (let i = 1; i < depth; i++) record = { number, wire: WIRE.startGroup, records: [record] };
  return record;
}

/** Messages, groups and map entries of known fields, one inside the other; where no field nests, unknown groups. */
export function nestMessages(random, shape, depth) {
  if (depth === 0) return [];
  const nesting = shape.fields.filter((field) => field.message && (depth < 4 || nestsOn(field.message)));
  if (nesting.length === 0) return [nestGroups(random, depth, 1000)];
  const field = random.pick(nesting);
  return [messageRecord(field, nestMessages(random, field.message, depth - 1))];
}

function nestsOn(shape) {
  return shape.fields.some((field) => field.message);
}

/** One packed record becomes one record per element; a single element becomes a packed list of one. */
function repack(random, record) {
  const { field } = record;
  if (!record.items) return [packedRecord(field, [{ value: record.value, bytes: record.bytes }])];
  if (random.chance(0.2))
    return [record, { number: field.number, wire: field.wire, field, ...createScalar(random, field) }];
  return record.items.map(({ value, bytes }) => ({ number: field.number, wire: field.wire, field, value, bytes }));
}

function distortEntry(random, record) {
  const [key, value] = record.field.message.fields;
  const part = random.pick([key, value]);
  const { records } = record;
  random.pick([
    () => records.splice(random.below(records.length), 1),
    () => records.splice(0, records.length),
    () => records.push(createRecord(random, part, 3)),
    () => records.unshift(createRecord(random, part, 3)),
    () => records.reverse(),
    () => records.push(createUnknown(random)),
    () => records.push({ number: 3, wire: WIRE.varint, value: createInteger(random) }),
    () => records.push({ number: part.number, wire: WIRE.bit32, bytes: random.bytes(4) }),
    () => records.unshift({ number: part.number, wire: WIRE.bit64, bytes: random.bytes(8) }),
  ])();
}

function distortItem(random, item) {
  const { records } = item;
  random.pick([
    () => records.splice(random.below(records.length), 1),
    () => records.splice(0, records.length),
    () => records.reverse(),
    () => records.push(createUnknown(random)),
    () => records.push({ number: 2, wire: WIRE.varint, value: createInteger(random) }),
    () => records.push({ number: 3, wire: WIRE.length, bytes: random.bytes(3) }),
    () => records.push({ number: 3, wire: WIRE.varint, value: 1n }),
    () => records.unshift({ number: 2, wire: WIRE.length, bytes: random.bytes(2) }),
  ])();
  return item;
}
