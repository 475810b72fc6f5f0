import { enter, type JsonReadContext } from "../context.js";
import { readBool, writeBool } from "../scalar/bool.js";
import { readBytes, writeBytes } from "../scalar/bytes.js";
import { readInt64, readUint64, writeInt64, writeUint64 } from "../scalar/int64.js";
import {
  readDouble,
  readFloat,
  readInt32,
  readUint32,
  writeDouble,
  writeFloat,
  writeInt32,
  writeUint32,
} from "../scalar/number.js";
import { readString, writeString } from "../scalar/string.js";
import type { JsonValue } from "../value.js";

// The nine wrappers, google.protobuf.DoubleValue to BytesValue: the JSON of the value inside; null is zero. Generated
// code calls writeXJson(m) and readXJson(m, json, o). A singular field outside a oneof holds the bare value and does
// not use these.

/** A wrapper message. */
export interface WrapperShape<T> {
  value: T;
}

export function writeDoubleValueJson(m: WrapperShape<number>): string {
  return writeDouble(m.value);
}

export function readDoubleValueJson<M extends WrapperShape<number>>(m: M, json: JsonValue, o: JsonReadContext): M {
  return fill(m, json, o, readDouble, 0);
}

export function writeFloatValueJson(m: WrapperShape<number>): string {
  return writeFloat(m.value);
}

export function readFloatValueJson<M extends WrapperShape<number>>(m: M, json: JsonValue, o: JsonReadContext): M {
  return fill(m, json, o, readFloat, 0);
}

export function writeInt64ValueJson(m: WrapperShape<bigint>): string {
  return writeInt64(m.value);
}

export function readInt64ValueJson<M extends WrapperShape<bigint>>(m: M, json: JsonValue, o: JsonReadContext): M {
  return fill(m, json, o, readInt64, 0n);
}

export function writeUInt64ValueJson(m: WrapperShape<bigint>): string {
  return writeUint64(m.value);
}

export function readUInt64ValueJson<M extends WrapperShape<bigint>>(m: M, json: JsonValue, o: JsonReadContext): M {
  return fill(m, json, o, readUint64, 0n);
}

export function writeInt32ValueJson(m: WrapperShape<number>): string {
  return writeInt32(m.value);
}

export function readInt32ValueJson<M extends WrapperShape<number>>(m: M, json: JsonValue, o: JsonReadContext): M {
  return fill(m, json, o, readInt32, 0);
}

export function writeUInt32ValueJson(m: WrapperShape<number>): string {
  return writeUint32(m.value);
}

export function readUInt32ValueJson<M extends WrapperShape<number>>(m: M, json: JsonValue, o: JsonReadContext): M {
  return fill(m, json, o, readUint32, 0);
}

export function writeBoolValueJson(m: WrapperShape<boolean>): string {
  return writeBool(m.value);
}

export function readBoolValueJson<M extends WrapperShape<boolean>>(m: M, json: JsonValue, o: JsonReadContext): M {
  return fill(m, json, o, readBool, false);
}

export function writeStringValueJson(m: WrapperShape<string>): string {
  return writeString(m.value);
}

export function readStringValueJson<M extends WrapperShape<string>>(m: M, json: JsonValue, o: JsonReadContext): M {
  return fill(m, json, o, readString, "");
}

export function writeBytesValueJson(m: WrapperShape<Uint8Array>): string {
  return writeBytes(m.value);
}

export function readBytesValueJson<M extends WrapperShape<Uint8Array>>(m: M, json: JsonValue, o: JsonReadContext): M {
  return fill(m, json, o, readBytes, new Uint8Array(0));
}

function fill<T, M extends WrapperShape<T>>(
  m: M,
  json: JsonValue,
  o: JsonReadContext,
  read: (json: JsonValue) => T,
  zero: T,
): M {
  enter(o);
  m.value = json === null ? zero : read(json);
  o.depth--;
  return m;
}
