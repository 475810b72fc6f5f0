import { Bit32, Bit64, EndGroup, LengthDelimited, StartGroup, Varint } from "../wire/wire-type.js";
import { type FieldInfo, type FieldNames, parseFields } from "./message-info.js";

/**
 * Finds the field at a position of the input, as a path of proto names from the root. Runs only after a decode has
 * failed there, so it trusts nothing: anything that does not parse ends the search at the field reached so far.
 */
export function locate(bytes: Uint8Array, info: FieldNames, at: number): string[] {
  const path: string[] = [];
  walk(new Cursor(bytes), bytes.length, info, at, path);
  return path;
}

class Cursor {
  p = 0;
  declare readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The low 32 bits of a varint; past the end it reads zeros. */
  varint(): number {
    let v = 0;
    for (let i = 0; i < 10; i++) {
      const c = this.bytes[this.p++] ?? 0;
      if (i < 5) v |= (c & 127) << (7 * i);
      if (c < 128) break;
    }
    return v >>> 0;
  }
}

/** Walks the fields up to the one that contains `at`; true if it was found or the walk cannot continue. */
function walk(c: Cursor, end: number, info: FieldNames, at: number, path: string[]): boolean {
  const fields = parseFields(info);
  const counts = new Map<FieldInfo, number>();
  while (c.p < end) {
    const tag = c.varint();
    const field = fields.find((f) => f.number === tag >>> 3);
    if ((tag & 7) === EndGroup) return false;
    if (field !== undefined) path.push(step(field, counts, tag));
    else if (tag >= 8) path.push(String(tag >>> 3));
    if (value(c, end, tag, field, at, path)) return true;
    if (field !== undefined || tag >= 8) path.pop();
  }
  return false;
}

/** The name of a field, with the index of the element if it is repeated. */
function step(field: FieldInfo, counts: Map<FieldInfo, number>, tag: number): string {
  const isPacked = (tag & 7) === LengthDelimited && !/[IJKLst]/.test(field.type);
  if (!field.repeated || isPacked) return field.name;
  const index = counts.get(field) ?? 0;
  counts.set(field, index + 1);
  return `${field.name}[${index}]`;
}

function value(c: Cursor, end: number, tag: number, field: FieldInfo | undefined, at: number, path: string[]): boolean {
  switch (tag & 7) {
    case Varint:
      c.varint();
      break;
    case Bit64:
      c.p += 8;
      break;
    case Bit32:
      c.p += 4;
      break;
    case LengthDelimited: {
      const inner = c.varint() + c.p;
      if (inner > end || at < c.p) return true;
      if (at < inner && field?.mapKey === undefined && field?.message !== undefined && field.type === "K") {
        walk(c, inner, field.message, at, path);
        return true;
      }
      c.p = inner;
      break;
    }
    case StartGroup:
      if (at < c.p) return true;
      if (walk(c, end, field?.message ?? { fields: "", types: undefined }, at, path)) return true;
      break;
    default:
      return true;
  }
  return c.p > at || c.p > end;
}
