import { readBool, readBoolKey, writeBool } from "../scalar/bool.js";
import { readBytes, writeBytes } from "../scalar/bytes.js";
import { readInt64, readInt64Key, readUint64, readUint64Key, writeInt64, writeUint64 } from "../scalar/int64.js";
import {
  readDouble,
  readFloat,
  readInt32,
  readInt32Key,
  readUint32,
  readUint32Key,
  writeDouble,
  writeFloat,
  writeInt32,
  writeUint32,
} from "../scalar/number.js";
import { readString, writeString } from "../scalar/string.js";
import type { JsonValue } from "../value.js";

/** The JSON of a scalar type. */
export interface JsonScalar {
  readonly read: (v: JsonValue) => unknown;
  readonly write: (v: never) => string;
  /** For keys of maps. */
  readonly readKey: ((key: string) => string | number) | undefined;
  /** Whether two texts may be the same key, such as "1" and "01". */
  readonly isLoose: boolean;
}

let rows: Readonly<Record<string, JsonScalar>> | undefined;

/** The JSON of the scalar type with this letter in MessageInfo. */
export function jsonScalarOf(letter: string): JsonScalar {
  rows ??= createRows();
  return rows[letter]!;
}

function createRows(): Readonly<Record<string, JsonScalar>> {
  const int32 = { read: readInt32, write: writeInt32, readKey: readInt32Key, isLoose: true };
  const uint32 = { read: readUint32, write: writeUint32, readKey: readUint32Key, isLoose: true };
  const int64 = { read: readInt64, write: writeInt64, readKey: readInt64Key, isLoose: true };
  const uint64 = { read: readUint64, write: writeUint64, readKey: readUint64Key, isLoose: true };
  return {
    A: { read: readDouble, write: writeDouble, readKey: undefined, isLoose: false },
    B: { read: readFloat, write: writeFloat, readKey: undefined, isLoose: false },
    C: int64,
    D: uint64,
    E: int32,
    F: uint64,
    G: uint32,
    H: { read: readBool, write: writeBool, readKey: readBoolKey, isLoose: false },
    I: { read: readString, write: writeString, readKey: readString, isLoose: false },
    L: { read: readBytes, write: writeBytes, readKey: undefined, isLoose: false },
    M: uint32,
    O: int32,
    P: int64,
    Q: int32,
    R: int64,
  };
}
