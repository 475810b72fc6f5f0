import { ScalarType } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";

/** The properties of a scalar type that emitters use. */
export interface ScalarInfo {
  /** The name in proto files. */
  readonly proto: string;
  /** The name in runtime functions: `writeInt32`, `readPackedInt32`. */
  readonly name: string;
  readonly wire: WireType;
  readonly ts: "number" | "bigint" | "boolean" | "string" | "Uint8Array";
  /** The zero value as an expression. For bytes, it is imported from the runtime. */
  readonly zero: string;
  /** The maximum size of a value on the wire in bytes. 0 for length-delimited types. */
  readonly size: number;
  /** The type's letter in MessageInfo. */
  readonly letter: string;
}

const letter = (type: ScalarType): string => String.fromCharCode(64 + type);

const row = (
  type: ScalarType,
  proto: string,
  wire: WireType,
  ts: ScalarInfo["ts"],
  zero: string,
  size: number,
): [ScalarType, ScalarInfo] => {
  const name = proto[0]!.toUpperCase() + proto.slice(1);
  return [type, { proto, name, wire, ts, zero, size, letter: letter(type) }];
};

/** The scalar types (https://protobuf.dev/programming-guides/encoding). */
export const scalars: ReadonlyMap<ScalarType, ScalarInfo> = new Map([
  row(ScalarType.DOUBLE, "double", WireType.Bit64, "number", "0", 8),
  row(ScalarType.FLOAT, "float", WireType.Bit32, "number", "0", 4),
  row(ScalarType.INT64, "int64", WireType.Varint, "bigint", "0n", 10),
  row(ScalarType.UINT64, "uint64", WireType.Varint, "bigint", "0n", 10),
  row(ScalarType.INT32, "int32", WireType.Varint, "number", "0", 10),
  row(ScalarType.FIXED64, "fixed64", WireType.Bit64, "bigint", "0n", 8),
  row(ScalarType.FIXED32, "fixed32", WireType.Bit32, "number", "0", 4),
  row(ScalarType.BOOL, "bool", WireType.Varint, "boolean", "false", 1),
  row(ScalarType.STRING, "string", WireType.LengthDelimited, "string", '""', 0),
  row(ScalarType.BYTES, "bytes", WireType.LengthDelimited, "Uint8Array", "", 0),
  row(ScalarType.UINT32, "uint32", WireType.Varint, "number", "0", 5),
  row(ScalarType.SFIXED32, "sfixed32", WireType.Bit32, "number", "0", 4),
  row(ScalarType.SFIXED64, "sfixed64", WireType.Bit64, "bigint", "0n", 8),
  row(ScalarType.SINT32, "sint32", WireType.Varint, "number", "0", 5),
  row(ScalarType.SINT64, "sint64", WireType.Varint, "bigint", "0n", 10),
]);
