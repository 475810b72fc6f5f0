const VARINT = 0;
const BIT64 = 1;
export const LENGTH_DELIMITED = 2;
const BIT32 = 5;

/** What is no serialized message. */
export class MalformedRecord extends Error {}

/**
 * The fields of a serialized message one after another, without decoding them: `next()` goes to the next one, and the
 * properties say what it is. One object for all of them, because there are millions.
 */
export class Records {
  readonly bytes: Uint8Array;
  number = 0;
  wireType = 0;
  /** Where the record begins, with its tag. */
  from: number;
  /** Where the value begins, behind its length if it has one. */
  start: number;
  /** Where the value ends. */
  end: number;
  private limit: number;

  constructor(bytes: Uint8Array, from = 0, to: number = bytes.length) {
    this.bytes = bytes;
    this.from = from;
    this.start = from;
    this.end = from;
    this.limit = to;
  }

  /** Goes to the next record; false where there is none. Throws MalformedRecord for what is no message, or has groups. */
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

  /** Starts anew within the value of another one. */
  enter({ start, end }: Records): void {
    this.end = start;
    this.limit = end;
  }

  /** The value, without copying it. */
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

  /** Reads the varint at `end` and goes behind it. One that is over 32 bits is only skipped. */
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
