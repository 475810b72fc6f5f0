const VARINT = 0;
const BIT64 = 1;
export const LENGTH_DELIMITED = 2;
const BIT32 = 5;

/** Thrown for bytes that are not a serialized message. */
export class MalformedRecord extends Error {}

/**
 * Iterates over the fields of a serialized message without decoding them. `next()` advances, and the properties describe the
 * current field. A single object serves all fields, because there are millions.
 */
export class Records {
  readonly bytes: Uint8Array;
  number = 0;
  wireType = 0;
  /** The offset of the record's tag. */
  from: number;
  /** The offset of the value, after its length if it has one. */
  start: number;
  /** The offset after the value. */
  end: number;
  private limit: number;

  constructor(bytes: Uint8Array, from = 0, to: number = bytes.length) {
    this.bytes = bytes;
    this.from = from;
    this.start = from;
    this.end = from;
    this.limit = to;
  }

  /** Advances to the next record. Returns false at the end. Throws MalformedRecord for malformed bytes and for groups. */
  next(): boolean {
    if (this.end === this.limit) return false;
    this.from = this.end;
    const tag = this.varint();
    this.number = tag >>> 3;
    this.wireType = tag & 7;
    this.start = this.end;
    this.toEnd();
    if (this.end > this.limit) throw new MalformedRecord("premature end");
    return true;
  }

  /** Restarts within the value of another reader's current record. */
  enter({ start, end }: Records): void {
    this.end = start;
    this.limit = end;
  }

  /** The value's bytes, not copied. */
  value(): Uint8Array {
    return this.bytes.subarray(this.start, this.end);
  }

  /** The value as text. */
  text(): string {
    const { buffer, byteOffset } = this.bytes;
    return Buffer.from(buffer, byteOffset + this.start, this.end - this.start).toString();
  }

  /** The value as packed unsigned integers. */
  integers(): number[] {
    const list: number[] = [];
    const { start, end } = this;
    for (this.end = start; this.end < end; ) list.push(this.varint());
    return list;
  }

  private toEnd(wireType = this.wireType): void {
    switch (wireType) {
      case VARINT:
        this.varint();
        break;
      case BIT64:
        this.end += 8;
        break;
      case BIT32:
        this.end += 4;
        break;
      case LENGTH_DELIMITED: {
        const length = this.varint();
        this.start = this.end;
        this.end += length;
        break;
      }
      default:
        throw new MalformedRecord(`illegal tag: field no ${this.number} wire type ${this.wireType}`);
    }
  }

  /** Reads the varint at `end` and moves `end` past it. A varint of more than 32 bits is only skipped. */
  private varint(): number {
    let byte = this.bytes[this.end++];
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      if (byte === undefined || factor > 2 ** 63) throw new MalformedRecord("premature end, or a varint over 64 bits");
      if (byte < 128) return factor > 2 ** 28 ? value : value + byte * factor;
      if (factor <= 2 ** 28) value += (byte & 127) * factor;
      byte = this.bytes[this.end++];
    }
  }
}
