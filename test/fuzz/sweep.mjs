import { INVALID_UTF8, nestGroups, nestMessages, RECURSION_LIMIT } from "./mutate-records.mjs";
import { Random } from "./random.mjs";
import { createFullMessage, createRecord, messageRecord, messageSetItem, packedRecord } from "./valid.mjs";
import { createScalar, hex } from "./values.mjs";
import { encodeRecords, WIRE } from "./wire.mjs";

/**
 * The inputs that every run starts with, whatever its seed: all cases of those kinds of damage that can be enumerated,
 * for every type and field. Each is { type, bytes, trail }.
 */
export function createSweep(types) {
  const inputs = [];
  for (const [type, shape] of types.entries()) {
    for (const [name, create] of Object.entries(SWEEPS)) {
      for (const bytes of create(shape)) inputs.push({ type, bytes, trail: [`sweep: ${name}`] });
    }
  }
  return inputs;
}

/** Kinds of damage: from a message shape to the bytes of all its cases. */
const SWEEPS = {
  "cut off at every byte": (shape) => {
    const bytes = encodeRecords(createFullMessage(random(), shape));
    return Array.from({ length: bytes.length + 1 }, (_, n) => bytes.subarray(0, n));
  },

  "each field cut off at every byte": (shape) =>
    valueSites(shape).flatMap(({ wrap, field }) => {
      const bytes = wrap([createRecord(random(), field)]);
      return Array.from({ length: Math.min(bytes.length, 40) }, (_, n) => bytes.subarray(0, n));
    }),

  "each field in each wire type": (shape) =>
    valueSites(shape).flatMap(({ wrap, field: { number } }) =>
      PAYLOADS.map((payload) => wrap([{ number, ...payload }])),
    ),

  "each field with overlong varints": (shape) =>
    valueSites(shape).flatMap(({ wrap, field }) => {
      const record = createRecord(random(), field);
      const pads = [1, 2, 3, 4, 5, 8, 9, 10].map((pad) =>
        record.value === undefined ? { lengthPad: pad } : { valuePad: pad },
      );
      const tags = [1, 2, 3, 4, 5, 8, 9].map((tagPad) => ({ tagPad }));
      const overflows = record.value === undefined ? [] : [1, 2, 0x7e, 0x7f].map((overflow) => ({ overflow }));
      return [...pads, ...tags, ...overflows].map((defect) => wrap([{ ...record, ...defect }]));
    }),

  "each varint with each limit": (shape) =>
    valueSites(shape)
      .filter(({ field }) => field.wire === WIRE.varint)
      .flatMap(({ wrap, field }) =>
        LIMITS.flatMap((value) => expandedAndPacked(field, { value }).map((record) => wrap([record]))),
      ),

  "each float with each special value": (shape) =>
    valueSites(shape)
      .filter(({ field }) => field.type === "float" || field.type === "double")
      .flatMap(({ wrap, field }) =>
        SPECIAL_FLOATS[field.type].flatMap((bytes) =>
          expandedAndPacked(field, { bytes }).map((record) => wrap([record])),
        ),
      ),

  "each string with each ill-formed sequence": (shape) =>
    valueSites(shape)
      .filter(({ field }) => field.type === "string")
      .flatMap(({ wrap, field }) =>
        INVALID_UTF8.flatMap((bad) =>
          [0, 5, 40, 300].map((n) =>
            wrap([
              {
                number: field.number,
                wire: WIRE.length,
                bytes: Uint8Array.of(...new Uint8Array(n).fill(97), ...bad, 98),
              },
            ]),
          ),
        ),
      ),

  "each packed field with each length": (shape) =>
    shape.fields
      .filter((field) => field.packable)
      .flatMap((field) =>
        Array.from({ length: 20 }, (_, n) => [
          encodeRecords([{ number: field.number, wire: WIRE.length, bytes: new Uint8Array(n).fill(1) }]),
          encodeRecords([{ number: field.number, wire: WIRE.length, bytes: new Uint8Array(n).fill(0x81) }]),
        ]).flat(),
      ),

  "each field twice": (shape) =>
    valueSites(shape).flatMap(({ wrap, field }) =>
      Array.from({ length: 3 }, (_, i) => {
        const r = random(i);
        return wrap([createRecord(r, field, 2), createRecord(r, field, 2)]);
      }),
    ),

  "each member of a oneof after each other": (shape) => {
    const members = shape.fields.filter((field) => field.oneof);
    return members.flatMap((first) =>
      members.map((second) => encodeRecords([createRecord(random(1), first, 2), createRecord(random(2), second, 2)])),
    );
  },

  "nested around the recursion limit": (shape) =>
    [-2, -1, 0, 1, 2].flatMap((delta) => {
      const depth = RECURSION_LIMIT + delta;
      const groups = [nestGroups(random(), depth, 1000)];
      const messages = Array.from({ length: 6 }, (_, i) => nestMessages(random(i), shape, depth));
      return [groups, ...messages].map(encodeRecords);
    }),

  "tags that are none": () => BAD_TAGS,

  "MessageSet items": (shape) => (shape.messageSet ? MESSAGE_SET_ITEMS.map((records) => encodeRecords(records)) : []),
};

const random = (stream = 0) => new Random(0, stream);

/** Every place where a value can stand: the fields of the message, and the key and value of each of its maps. */
function valueSites(shape) {
  return shape.fields.flatMap((field) => {
    const own = { field, wrap: encodeRecords };
    if (!field.message?.entry) return [own];
    const parts = field.message.fields.map((part) => ({
      field: part,
      wrap: (records) => {
        const others = field.message.fields
          .filter((other) => other !== part)
          .map((other) => createRecord(random(), other));
        return encodeRecords([messageRecord(field, [...others, ...records])]);
      },
    }));
    return [own, ...parts];
  });
}

function expandedAndPacked(field, payload) {
  const expanded = { number: field.number, wire: field.wire, ...payload };
  return field.packable
    ? [expanded, packedRecord(field, [payload, createScalar(random(), field), payload])]
    : [expanded];
}

const PAYLOADS = [
  { wire: WIRE.varint, value: 1n },
  { wire: WIRE.varint, value: 0xffffffffffffffffn },
  { wire: WIRE.bit64, bytes: hex("0102030405060708") },
  { wire: WIRE.length, bytes: hex("") },
  { wire: WIRE.length, bytes: hex("00") },
  { wire: WIRE.length, bytes: hex("0801") },
  { wire: WIRE.length, bytes: hex("0102030405060708") },
  { wire: WIRE.startGroup, records: [] },
  { wire: WIRE.startGroup, records: [{ number: 1, wire: WIRE.varint, value: 1n }] },
  { wire: WIRE.endGroup },
  { wire: WIRE.bit32, bytes: hex("01020304") },
  { wire: 6, bytes: hex("01020304") },
  { wire: 7, bytes: hex("01020304") },
];

const LIMITS = [
  0n,
  1n,
  2n,
  3n,
  5n,
  127n,
  128n,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  0x100000000n,
  0x100000001n,
  0x7fffffffffffffffn,
  0x8000000000000000n,
  0xffffffff80000000n,
  0xffffffff7fffffffn,
  0xffffffffffffffffn,
  0xfffffffffffffffen,
  0xfffffffffffffffbn,
];

const SPECIAL_FLOATS = {
  float: ["00000080", "0000807f", "000080ff", "0000c07f", "0000c0ff", "0100807f", "01000000"].map(hex),
  double: ["0000000000000080", "000000000000f07f", "000000000000f0ff", "000000000000f87f", "010000000000f07f"].map(hex),
};

const BAD_TAGS = [
  "00",
  "00 00",
  "01 00 00 00 00 00 00 00 00",
  "02 00",
  "03 04",
  "04",
  "05 00 00 00 00",
  "06",
  "07",
  "0c",
  "0e",
  "0f",
  "80",
  "80 00",
  "80 00 00",
  "80 80 80 80 10 00",
  "80 80 80 80 70 00",
  "ff ff ff ff 0f",
  "f8 ff ff ff 0f 01",
  "f8 ff ff ff 1f 01",
  "80 80 80 80 80 80 80 80 80 00",
  "80 80 80 80 80 80 80 80 80 80 00",
  "c3 3e",
  "c3 3e c4 3e",
  "c3 3e cc 3e",
  "c3 3e cb 3e c4 3e cc 3e",
  "c3 3e 04",
  "c3 3e 06 c4 3e",
  "c3 3e 0c c4 3e",
  "c3 3e 88 80 80 80 80 00 01 c4 3e",
  "c3 3e 7a ff ff ff ff 07 c4 3e",
  "c3 3e 00 01 c4 3e",
  "c3 3e 03 04 c4 3e",
  "c0 3e 80 80 80 80 80 80 80 80 80 00",
  "c0 3e 80 80 80 80 80 80 80 80 80 80 00",
  "c0 3e ff ff ff ff ff ff ff ff ff 7f",
].map(hex);

const group = (records) => ({ number: 1, wire: WIRE.startGroup, records });
const typeId = (value) => ({ number: 2, wire: WIRE.varint, value });
const payload = (text) => ({ number: 3, wire: WIRE.length, bytes: hex(text) });

const MESSAGE_SET_ITEMS = [
  [messageSetItem(4, [])],
  [group([])],
  [group([typeId(4n)])],
  [group([payload("0801")])],
  [group([payload("0801"), typeId(4n)])],
  [group([typeId(4n), typeId(5n), payload("08"), payload("09")])],
  [group([typeId(0n), payload("08")])],
  [group([typeId(0x100000000n), payload("08")])],
  [group([typeId(0xffffffffffffffffn), payload("08")])],
  [group([typeId(4n), payload("08"), { number: 4, wire: WIRE.varint, value: 1n }])],
  [group([typeId(4n), group([]), payload("08")])],
  [group([{ number: 2, wire: WIRE.length, bytes: hex("08") }, payload("08")])],
  [group([typeId(4n), { number: 3, wire: WIRE.varint, value: 1n }])],
  [group([{ number: 0, wire: WIRE.varint, value: 1n }, typeId(4n), payload("08")])],
  [{ ...group([typeId(4n), payload("08")]), end: null }],
  [{ ...group([typeId(4n), payload("08")]), end: 2 }],
  [{ number: 1, wire: WIRE.varint, value: 1n }],
  [{ number: 1, wire: WIRE.length, bytes: hex("1004 1a00") }],
  [{ number: 4, wire: WIRE.length, bytes: hex("08") }],
  ...[98, 99, 100, 101, 102].map((depth) => [group([typeId(4n), payload("08"), nestGroups(random(), depth, 1000)])]),
];
