import type { ScalarName, Value } from "../layout.js";

/** The encoding and the range of a scalar. Wire types are those of the encoding document. */
export interface Scalar {
  readonly wire: 0 | 1 | 2 | 5;
  /** The bits on the wire of a value in range. */
  readonly toBits?: (value: Value) => bigint;
  /** The value that a reader makes of the bits. It keeps as many bits as its type has. */
  readonly fromBits?: (bits: bigint) => Value;
  readonly min?: bigint;
  readonly max?: bigint;
}

const zigzag = (v: Value): bigint => BigInt.asUintN(64, ((v as bigint) << 1n) ^ ((v as bigint) >> 63n));
const unzigzag = (bits: bigint): bigint => (bits >> 1n) ^ -(bits & 1n);
const unsigned = (v: Value): bigint => BigInt.asUintN(64, v as bigint);

const scratch = new DataView(new ArrayBuffer(8));

function floatBits(value: Value): bigint {
  scratch.setFloat32(0, value as number);
  return BigInt(scratch.getUint32(0));
}

function bitsFloat(bits: bigint): number {
  scratch.setUint32(0, Number(bits));
  return scratch.getFloat32(0);
}

function doubleBits(value: Value): bigint {
  scratch.setFloat64(0, value as number);
  return scratch.getBigUint64(0);
}

function bitsDouble(bits: bigint): number {
  scratch.setBigUint64(0, bits);
  return scratch.getFloat64(0);
}

const signed32 = { min: -(1n << 31n), max: (1n << 31n) - 1n };
const signed64 = { min: -(1n << 63n), max: (1n << 63n) - 1n };
const unsigned32 = { min: 0n, max: (1n << 32n) - 1n };
const unsigned64 = { min: 0n, max: (1n << 64n) - 1n };

export const scalars: Readonly<Record<ScalarName | "enum", Scalar>> = {
  int32: { wire: 0, toBits: unsigned, fromBits: (b) => BigInt.asIntN(32, b), ...signed32 },
  int64: { wire: 0, toBits: unsigned, fromBits: (b) => BigInt.asIntN(64, b), ...signed64 },
  uint32: { wire: 0, toBits: unsigned, fromBits: (b) => BigInt.asUintN(32, b), ...unsigned32 },
  uint64: { wire: 0, toBits: unsigned, fromBits: (b) => b, ...unsigned64 },
  sint32: { wire: 0, toBits: zigzag, fromBits: (b) => unzigzag(BigInt.asUintN(32, b)), ...signed32 },
  sint64: { wire: 0, toBits: zigzag, fromBits: unzigzag, ...signed64 },
  bool: { wire: 0, toBits: (v) => (v ? 1n : 0n), fromBits: (b) => b !== 0n },
  enum: { wire: 0, toBits: unsigned, fromBits: (b) => BigInt.asIntN(32, b), ...signed32 },
  fixed32: { wire: 5, toBits: unsigned, fromBits: (b) => b, ...unsigned32 },
  sfixed32: {
    wire: 5,
    toBits: (v) => BigInt.asUintN(32, v as bigint),
    fromBits: (b) => BigInt.asIntN(32, b),
    ...signed32,
  },
  float: { wire: 5, toBits: floatBits, fromBits: bitsFloat },
  fixed64: { wire: 1, toBits: unsigned, fromBits: (b) => b, ...unsigned64 },
  sfixed64: { wire: 1, toBits: unsigned, fromBits: (b) => BigInt.asIntN(64, b), ...signed64 },
  double: { wire: 1, toBits: doubleBits, fromBits: bitsDouble },
  string: { wire: 2 },
  bytes: { wire: 2 },
};
