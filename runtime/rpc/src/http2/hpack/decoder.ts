import { Field, Fields } from "../fields.js";
import { HpackError } from "./hpack-error.js";
import { decodeHuffman, latin1 } from "./huffman.js";
import { STATIC_SIZE, staticTable } from "./static-table.js";

/** The maximum size of the dynamic table: the default of HTTP/2, which needs no setting. */
const TABLE_SIZE = 4096;
/** The maximum number of entries, each of which counts at least 32 bytes. A power of two. */
const RING = 128;

export interface FieldLimits {
  /** Maximum size of a section in bytes, with 32 added for each field (RFC 9113, section 6.5.2). */
  readonly maxBytes: number;
  /** Maximum number of fields in a section: on the wire, one byte is enough for a field. */
  readonly maxFields: number;
}

/** The fields that a run of one-byte indexes stands for, valid while the table is unchanged. */
interface CachedRun {
  readonly generation: number;
  readonly bytes: Uint8Array;
  readonly fields: Fields;
}

/** Decodes blocks to fields. Fields beyond the limits are decoded too, to keep the table in step, and dropped. */
export class HpackDecoder {
  readonly #limits: FieldLimits;
  readonly #ring: (Field | undefined)[] = [];
  #next = 0;
  #count = 0;
  #size = 0;
  #maxSize = TABLE_SIZE;
  /** Counts the changes of the table. */
  #generation = 0;
  readonly #runs: (CachedRun | undefined)[] = [];
  #bytes: Uint8Array = NOTHING;
  #at = 0;
  #end = 0;

  constructor(limits: FieldLimits) {
    this.#limits = limits;
  }

  /** Decodes a whole block. The result may be shared. Throws HpackError, after which the connection cannot go on. */
  decode(bytes: Uint8Array, start: number, end: number): Fields {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    try {
      return this.#decodeRun() ?? this.#decodeRest(new Fields(), false);
    } finally {
      this.#bytes = NOTHING; // the socket owns them
    }
  }

  /** Looks up the leading one-byte indexes by their bytes. In most blocks there is nothing else. */
  #decodeRun(): Fields | undefined {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    let hash = 17;
    while (at < this.#end && at - start <= MAX_RUN && bytes[at]! > 0x80 && bytes[at] !== 0xff)
      hash = (hash * 31 + bytes[at++]!) | 0;
    const length = at - start;
    if (length < 1 || length > MAX_RUN) return undefined;
    const slot = hash & RUN_MASK;
    let run = this.#runs[slot];
    if (run === undefined || run.generation !== this.#generation || !isSame(run.bytes, bytes, start, length))
      run = this.#runs[slot] = this.#cacheRun(start, at);
    this.#at = at;
    return at === this.#end ? run.fields : this.#decodeRest(run.fields.copy(), true);
  }

  #cacheRun(start: number, end: number): CachedRun {
    const fields = new Fields();
    for (let i = start; i < end; i++) this.#take(fields, this.#entry(this.#bytes[i]! & 0x7f));
    // a copy: `slice` of a Buffer shares its memory, and the chunk of the socket would stay as long as the connection
    return { generation: this.#generation, bytes: new Uint8Array(this.#bytes.subarray(start, end)), fields };
  }

  #decodeRest(fields: Fields, hasBegun: boolean): Fields {
    let begun = hasBegun;
    while (this.#at < this.#end) {
      const first = this.#bytes[this.#at]!;
      if (first >= 0x80) this.#take(fields, this.#entry(this.#integer(7)));
      else if (first >= 0x40) {
        const field = this.#literal(6);
        this.#insert(field);
        this.#take(fields, field);
      } else if (first >= 0x20) {
        if (begun) throw new HpackError("a table size update after a field"); // section 4.2
        this.#resize(this.#integer(5));
        continue;
      } else this.#take(fields, this.#literal(4));
      begun = true;
    }
    return fields;
  }

  #take(fields: Fields, field: Field): void {
    const { maxBytes, maxFields } = this.#limits;
    if (fields.isTooLarge) return;
    if (fields.size + field.size > maxBytes || fields.list.length >= maxFields) fields.isTooLarge = true;
    else fields.add(field);
  }

  #literal(prefix: number): Field {
    const index = this.#integer(prefix);
    if (index === 0) return new Field(this.#text(), this.#text());
    const { name, kind } = this.#entry(index);
    return new Field(name, this.#text(), kind);
  }

  /** RFC 7541, section 5.1. Numbers of more than 28 bits are rejected. */
  #integer(prefix: number): number {
    const most = (1 << prefix) - 1;
    let value = this.#bytes[this.#at++]! & most;
    if (value < most) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      if (this.#at >= this.#end) throw new HpackError("a block that ends within a number");
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new HpackError("a number of more than 28 bits");
  }

  #text(): string {
    if (this.#at >= this.#end) throw new HpackError("a block that ends before a string");
    const isHuffman = this.#bytes[this.#at]! >= 0x80;
    const length = this.#integer(7);
    const start = this.#at;
    if (length > this.#end - start) throw new HpackError("a block that ends within a string");
    this.#at = start + length;
    return isHuffman ? decodeHuffman(this.#bytes, start, this.#at) : latin1(this.#bytes, start, this.#at);
  }

  #entry(index: number): Field {
    if (index === 0) throw new HpackError("the index 0");
    if (index <= STATIC_SIZE) return staticTable[index - 1]!;
    const age = index - STATIC_SIZE - 1;
    if (age >= this.#count) throw new HpackError(`the index ${index}, which the table does not have`);
    return this.#ring[(this.#next - 1 - age) & (RING - 1)]!;
  }

  #insert(field: Field): void {
    this.#generation++;
    const { size } = field;
    this.#evict(this.#maxSize - size);
    if (size > this.#maxSize) return; // section 4.4: a field that is too large empties the table
    this.#size += size;
    this.#ring[this.#next] = field;
    this.#next = (this.#next + 1) & (RING - 1);
    this.#count++;
  }

  #resize(size: number): void {
    if (size > TABLE_SIZE) throw new HpackError(`a table size of ${size}, the limit is ${TABLE_SIZE}`);
    this.#generation++;
    this.#maxSize = size;
    this.#evict(size);
  }

  #evict(size: number): void {
    while (this.#count > 0 && this.#size > size) {
      const oldest = (this.#next - this.#count) & (RING - 1);
      this.#size -= this.#ring[oldest]!.size;
      this.#ring[oldest] = undefined;
      this.#count--;
    }
  }
}

const NOTHING = new Uint8Array(0);
const MAX_RUN = 24;
const RUN_MASK = 15;

function isSame(run: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (run.length !== length) return false;
  for (let i = 0; i < length; i++) if (run[i] !== bytes[start + i]) return false;
  return true;
}
