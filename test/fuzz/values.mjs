/** Scalar values that break decoders: limits, sign changes, lengths around the thresholds of string fast paths. */

const INTEGERS = [
  0n,
  1n,
  2n,
  127n,
  128n,
  16383n,
  16384n,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  0x100000000n,
  0x7fffffffffffffffn,
  0x8000000000000000n,
  0xffffffffffffffffn,
  0xffffffff80000000n,
  0xffffffff7fffffffn,
  0xfffffffffffffffen,
];

/** Little-endian floats: 0, -0, 1, smallest denormal, largest, ±Infinity, NaN and, for float, negative NaN. */
const FLOATS = [
  "00000000",
  "00000080",
  "0000803f",
  "01000000",
  "ffff7f7f",
  "0000807f",
  "000080ff",
  "0000c07f",
  "0000c0ff",
];
const DOUBLES = [
  "0000000000000000",
  "0000000000000080",
  "000000000000f03f",
  "0100000000000000",
  "ffffffffffffef7f",
  "000000000000f07f",
  "000000000000f0ff",
  "000000000000f87f",
];

const TEXTS = [
  "",
  "a",
  "liuchao",
  "αβγ",
  "日本語",
  "😀",
  "1",
  "10",
  "9",
  "-1",
  "__proto__",
  "a\0b",
  "\ufeffbom",
  "\ufffd",
  "~".repeat(28),
  "é".repeat(64),
  "x".repeat(127),
  "x".repeat(128),
];

const encoder = new TextEncoder();

/** The payload of one valid value of a scalar or enum type, as the part of a record that holds it. */
export function createScalar(random, field) {
  return MAKERS[field.type](random, field);
}

const MAKERS = {
  int32: (random) => ({ value: signExtend(createInteger(random), 32) }),
  int64: (random) => ({ value: createInteger(random) }),
  uint32: (random) => ({ value: BigInt.asUintN(32, createInteger(random)) }),
  uint64: (random) => ({ value: createInteger(random) }),
  sint32: (random) => ({ value: BigInt.asUintN(32, createInteger(random)) }),
  sint64: (random) => ({ value: createInteger(random) }),
  bool: (random) => ({ value: BigInt(random.below(2)) }),
  enum: (random, field) => ({ value: BigInt.asUintN(64, BigInt(random.pick(field.values))) }),
  fixed32: (random) => ({ bytes: littleEndian(createInteger(random), 4) }),
  sfixed32: (random) => ({ bytes: littleEndian(createInteger(random), 4) }),
  float: (random) => ({ bytes: random.chance(0.5) ? hex(random.pick(FLOATS)) : floatBytes(random.below(1000) / 8) }),
  fixed64: (random) => ({ bytes: littleEndian(createInteger(random), 8) }),
  sfixed64: (random) => ({ bytes: littleEndian(createInteger(random), 8) }),
  double: (random) => ({ bytes: random.chance(0.5) ? hex(random.pick(DOUBLES)) : doubleBytes(random.uint32() / 1000) }),
  string: (random) => ({ bytes: encoder.encode(createText(random)) }),
  bytes: (random) => ({ bytes: random.bytes(createLength(random)) }),
};

/** An unsigned 64-bit integer: a limit, or of a random size. */
export function createInteger(random) {
  if (random.chance(0.4)) return random.pick(INTEGERS);
  return random.uint64() >> BigInt(random.below(64));
}

function signExtend(value, bits) {
  return BigInt.asUintN(64, BigInt.asIntN(bits, value));
}

export function createText(random) {
  if (random.chance(0.003)) return random.pick(TEXTS).repeat(random.between(50, 500));
  if (random.chance(0.6)) return random.pick(TEXTS);
  return Array.from({ length: random.below(12) }, () => String.fromCodePoint(createCodePoint(random))).join("");
}

function createCodePoint(random) {
  const limit = random.pick([0x80, 0x80, 0x800, 0x10000, 0x110000]);
  const point = random.below(limit);
  return point >= 0xd800 && point <= 0xdfff ? 0x41 : point;
}

function createLength(random) {
  return random.chance(0.003) ? random.below(5000) : random.below(10);
}

function littleEndian(value, size) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
  return bytes.subarray(0, size);
}

function floatBytes(value) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return bytes;
}

function doubleBytes(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytes;
}

export function hex(text) {
  return Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
}
