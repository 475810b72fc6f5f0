import { FIELD_OVERHEAD } from "../fields.js";
import { encodeHuffman, huffmanLength } from "./huffman.js";
import { STATIC_SIZE, staticTable } from "./static-table.js";

/** The size of the dynamic table that is used at most, even if the peer allows more. */
const MAX_TABLE_SIZE = 4096;

/** Fields that are sent again and again: their encoding is cached while the table is unchanged. */
export class ConstantFields {
  readonly fields: readonly (readonly [name: string, value: string])[];

  constructor(fields: readonly (readonly [name: string, value: string])[]) {
    this.fields = fields;
  }
}

interface KeptBlock {
  readonly generation: number;
  readonly bytes: Uint8Array;
}

/**
 * Encodes fields to blocks. Constant fields enter the table until it is three quarters full, and none is evicted: entries
 * keep their places, so that cached encodings stay valid.
 */
export class HpackEncoder {
  /** The order of the entries in the table, by their name and value. */
  readonly #indexes = new Map<string, number>();
  /** The order of the entries of varying fields, by their name. */
  readonly #names = new Map<string, number>();
  /** The number of entries. */
  #count = 0;
  readonly #blocks = new Map<ConstantFields, KeptBlock>();
  #maxSize = MAX_TABLE_SIZE;
  #size = 0;
  #generation = 0;
  /** The smallest table size since the last block, which the next block must announce before the current one. */
  #smallest: number | undefined;

  /** Begins a block. All connections share the memory: earlier blocks must have been sent. */
  begin(): void {
    at = 0;
    if (this.#smallest !== undefined) this.#tellSizes(this.#smallest); // RFC 7541, section 4.2
  }

  /** The bytes of the block, valid until the next one begins. */
  get block(): Uint8Array {
    return out;
  }

  get blockLength(): number {
    return at;
  }

  /** Applies the peer's setting HEADER_TABLE_SIZE. */
  resize(size: number): void {
    const next = Math.min(size, MAX_TABLE_SIZE);
    if (next === this.#maxSize) return;
    this.#smallest = Math.min(this.#smallest ?? next, next);
    this.#maxSize = next;
    if (next >= this.#size) return;
    this.#smallest = 0; // empties the table instead of evicting single entries
    this.#indexes.clear();
    this.#names.clear();
    this.#count = 0;
    this.#size = 0;
    this.#generation++;
  }

  /** Adds fields that are the same in many blocks. */
  constants(constants: ConstantFields): void {
    const kept = this.#blocks.get(constants);
    if (kept !== undefined && kept.generation === this.#generation) {
      const { bytes } = kept;
      need(bytes.length);
      for (let i = 0; i < bytes.length; i++) out[at++] = bytes[i]!;
      return;
    }
    const generation = this.#generation;
    const start = at;
    for (const [name, value] of constants.fields) this.#constant(name, value);
    if (generation !== this.#generation) return; // the block has changed the table: it is cached the next time
    this.#blocks.set(constants, { generation, bytes: out.slice(start, at) });
  }

  /** Adds a field that differs between calls and does not enter the table. */
  field(name: string, value: string): void {
    this.#literal(name, value, 0);
  }

  /**
   * Adds a field whose name recurs with many values. Its first value enters the table, so that the name has an index from
   * then on; no other value does.
   */
  varying(name: string, value: string): void {
    const order = this.#names.get(name);
    if (order === undefined) {
      this.#names.set(name, this.#count); // before `constant` adds it
      this.#constant(name, value);
      if (this.#names.get(name) === this.#count) this.#names.delete(name); // there was no room
      return;
    }
    need(value.length + 16);
    integer(STATIC_SIZE + this.#count - order, 4, 0);
    text(value);
  }

  /** Adds a field that proxies must not put into a table either (RFC 7541, section 7.1.3). */
  secret(name: string, value: string): void {
    this.#literal(name, value, 0x10);
  }

  #constant(name: string, value: string): void {
    need(name.length + value.length + 16);
    const key = `${name}\0${value}`;
    const index = staticIndexes.get(key) ?? this.#dynamicIndex(key);
    if (index !== undefined) {
      integer(index, 7, 0x80);
      return;
    }
    const size = name.length + value.length + FIELD_OVERHEAD;
    if (this.#size + size > this.#maxSize * 0.75) {
      this.#literal(name, value, 0);
      return;
    }
    head(name, 6, 0x40);
    text(value);
    this.#indexes.set(key, this.#count++);
    this.#size += size;
    this.#generation++;
  }

  #dynamicIndex(key: string): number | undefined {
    const order = this.#indexes.get(key);
    return order === undefined ? undefined : STATIC_SIZE + this.#count - order;
  }

  #literal(name: string, value: string, flags: number): void {
    need(name.length + value.length + 16);
    head(name, 4, flags);
    text(value);
  }

  #tellSizes(smallest: number): void {
    if (smallest < this.#maxSize) integer(smallest, 5, 0x20);
    integer(this.#maxSize, 5, 0x20);
    this.#smallest = undefined;
  }
}

// One buffer serves all connections, because a block is built and sent without interruption.
let out = new Uint8Array(1024);
let at = 0;

function need(bytes: number): void {
  if (at + bytes <= out.length) return;
  const larger = new Uint8Array(Math.max(out.length * 2, at + bytes));
  larger.set(out.subarray(0, at));
  out = larger;
}

/** RFC 7541, section 5.1. */
function integer(number: number, prefix: number, flags: number): void {
  const most = (1 << prefix) - 1;
  if (number < most) {
    out[at++] = flags | number;
    return;
  }
  out[at++] = flags | most;
  let left = number - most;
  for (; left >= 128; left >>>= 7) out[at++] = (left & 0x7f) | 0x80;
  out[at++] = left;
}

function head(name: string, prefix: number, flags: number): void {
  const index = staticNames.get(name) ?? 0;
  integer(index, prefix, flags);
  if (index === 0) text(name);
}

/** Strings of at most this length are not worth a Huffman code. */
const SHORT = 4;

function text(value: string): void {
  const { length } = value;
  const huffman = length > SHORT ? huffmanLength(value) : length;
  if (huffman < length) {
    integer(huffman, 7, 0x80);
    at = encodeHuffman(value, out, at);
    return;
  }
  integer(length, 7, 0);
  for (let i = 0; i < length; i++) out[at++] = value.charCodeAt(i);
}

const staticIndexes = new Map<string, number>();
const staticNames = new Map<string, number>();
for (let i = STATIC_SIZE; i >= 1; i--) {
  const { name, value } = staticTable[i - 1]!;
  staticIndexes.set(`${name}\0${value}`, i);
  staticNames.set(name, i);
}
