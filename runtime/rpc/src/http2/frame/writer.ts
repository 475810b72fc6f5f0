import { Flag, FrameType, HEAD_BYTES, MAX_FRAME } from "./frame.js";

/** The state of written bytes. */
export const Written = {
  /** They have left: their memory may be reused. */
  Left: 0,
  /** They wait: their memory must not change. */
  Kept: 1,
  /** They wait, and the sink is full. */
  Full: 2,
} as const;

export type Written = (typeof Written)[keyof typeof Written];

/** A piece of memory that frames are written to, one after the other. */
interface Slab {
  readonly bytes: Uint8Array;
  /** Bytes before this offset must not change. */
  used: number;
}

/** Slabs of one size. Those that no connection uses are kept: each takes one when it has something to write. */
interface Slabs {
  readonly bytes: number;
  /** A slab with less room is not reused. */
  readonly leastRoom: number;
  readonly maxIdle: number;
  readonly idle: Slab[];
}

/**
 * A connection begins with a small slab, and goes on in a large one if that gets full. A server that tells something to
 * thousands of connections in one turn would otherwise clear 64 KiB for each of them (bench:xds, a connection each).
 */
const small: Slabs = { bytes: 8192, leastRoom: 4096, maxIdle: 1024, idle: [] };
/** The room is enough for what a small slab held, and one frame. */
const large: Slabs = { bytes: 65536, leastRoom: small.bytes + HEAD_BYTES + MAX_FRAME, maxIdle: 16, idle: [] };

/** Writes the frames of a connection, so that all of a turn leave in one write. */
export class FrameWriter {
  readonly #write: (bytes: Uint8Array) => Written;
  readonly #onBegin: () => void;
  #slab: Slab | undefined;
  /** Where the slab is from, and where the next one will be from: one that was too small once is so the next time. */
  #slabs = small;
  /** The memory, and the offset of the next byte. Valid after `head`, until something else is written. */
  bytes: Uint8Array = EMPTY;
  at = 0;
  /** Where the DATA frame that was written last begins and ends. It can grow while nothing follows it. */
  #dataStart = 0;
  #dataEnd = -1;
  #dataId = 0;

  /** Calls `onBegin` as soon as there is something to flush. */
  constructor(write: (bytes: Uint8Array) => Written, onBegin: () => void) {
    this.#write = write;
    this.#onBegin = onBegin;
  }

  /** Writes the head of a frame and makes room for its payload, which must follow. */
  head(length: number, type: number, flags: number, id: number): void {
    this.#need(HEAD_BYTES + length);
    const { bytes } = this;
    let { at } = this;
    bytes[at++] = length >>> 16;
    bytes[at++] = length >>> 8;
    bytes[at++] = length;
    bytes[at++] = type;
    bytes[at++] = flags;
    bytes[at++] = id >>> 24;
    bytes[at++] = id >>> 16;
    bytes[at++] = id >>> 8;
    bytes[at++] = id;
    this.at = at;
  }

  /** Begins a DATA frame, after which the caller writes its payload. */
  data(length: number, flags: number, id: number): void {
    this.head(length, FrameType.Data, flags, id);
    this.#dataStart = this.at - HEAD_BYTES;
    this.#dataEnd = flags === 0 ? this.at + length : -1;
    this.#dataId = id;
  }

  /**
   * Makes room for more payload in the DATA frame that was written last, if it is of this stream and nothing follows it.
   * Small messages of a stream share a frame then, which saves both sides a tenth to a fifth of their time (bench:rpc,
   * streaming). Returns whether it did.
   */
  extendData(length: number, id: number): boolean {
    const { at, bytes } = this;
    const dataStart = this.#dataStart;
    const whole = at - dataStart - HEAD_BYTES + length;
    if (this.#dataEnd !== at || this.#dataId !== id || whole > MAX_FRAME || at + length > bytes.length) return false;
    bytes[dataStart] = whole >>> 16;
    bytes[dataStart + 1] = whole >>> 8;
    bytes[dataStart + 2] = whole;
    this.#dataEnd = at + length;
    return true;
  }

  uint32(value: number): void {
    const { bytes, at } = this;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
    this.at = at + 4;
  }

  copy(source: Uint8Array, start: number, end: number): void {
    if (end - start <= SHORT) for (let i = start, at = this.at; i < end; i++) this.bytes[at++] = source[i]!;
    else this.bytes.set(source.subarray(start, end), this.at);
    this.at += end - start;
  }

  raw(source: Uint8Array): void {
    this.#need(source.length);
    this.copy(source, 0, source.length);
  }

  /** Writes a field block as HEADERS and as many CONTINUATION as it takes (RFC 9113, section 6.10). */
  headers(id: number, block: Uint8Array, length: number, isEnd: boolean): void {
    let end = Math.min(length, MAX_FRAME);
    const flags = (isEnd ? Flag.EndStream : 0) | (end === length ? Flag.EndHeaders : 0);
    this.head(end, FrameType.Headers, flags, id);
    this.copy(block, 0, end);
    for (let start = end; start < length; start = end) {
      end = Math.min(length, start + MAX_FRAME);
      this.head(end - start, FrameType.Continuation, end === length ? Flag.EndHeaders : 0, id);
      this.copy(block, start, end);
    }
  }

  settings(settings: readonly (readonly [id: number, value: number])[]): void {
    this.head(settings.length * 6, FrameType.Settings, 0, 0);
    for (const [id, value] of settings) {
      this.bytes[this.at++] = id >>> 8;
      this.bytes[this.at++] = id;
      this.uint32(value);
    }
  }

  settingsAck(): void {
    this.head(0, FrameType.Settings, Flag.Ack, 0);
  }

  ping(flags: number, payload: Uint8Array, start: number): void {
    this.head(8, FrameType.Ping, flags, 0);
    this.copy(payload, start, start + 8);
  }

  windowUpdate(id: number, increment: number): void {
    this.head(4, FrameType.WindowUpdate, 0, id);
    this.uint32(increment);
  }

  rstStream(id: number, code: number): void {
    this.head(4, FrameType.RstStream, 0, id);
    this.uint32(code);
  }

  goaway(lastId: number, code: number, debug: string): void {
    const text = Uint8Array.from(debug.slice(0, MAX_DEBUG_TEXT), (c) => c.charCodeAt(0) & 0x7f);
    this.head(8 + text.length, FrameType.Goaway, 0, 0);
    this.uint32(lastId);
    this.uint32(code);
    this.copy(text, 0, text.length);
  }

  /** Hands the written frames to the sink. Returns false if the sink is full. */
  flush(): boolean {
    const slab = this.#slab;
    if (slab === undefined) return true;
    const slabs = this.#slabs;
    this.#slab = undefined;
    this.#dataEnd = -1;
    const start = slab.used;
    const end = this.at;
    this.bytes = EMPTY;
    if (end === start) {
      giveBack(slab, slabs);
      return true;
    }
    this.#slabs = end - start > small.leastRoom ? large : small;
    slab.used = slab.bytes.length; // protects the slab while `write` runs, which may call back
    const written = this.#write(slab.bytes.subarray(start, end));
    slab.used = written === Written.Left ? start : end;
    giveBack(slab, slabs);
    return written !== Written.Full;
  }

  #need(bytes: number): void {
    if (this.#slab !== undefined && this.at + bytes <= this.bytes.length) return;
    if (this.#slab === undefined) {
      if (bytes > this.#slabs.leastRoom) this.#slabs = large;
      this.#begin();
      this.#onBegin();
    } else if (this.#slabs === small) this.#grow();
    else {
      this.flush();
      this.#slabs = large;
      this.#begin();
      this.#onBegin();
    }
  }

  #begin(): void {
    const slab = take(this.#slabs);
    this.#slab = slab;
    this.bytes = slab.bytes;
    this.at = slab.used;
  }

  /** Goes on in a large slab, with what was written so far. */
  #grow(): void {
    const slab = this.#slab;
    const { bytes, at } = this;
    const start = slab!.used;
    this.#slabs = large;
    this.#begin();
    const moved = this.at - start;
    this.bytes.set(bytes.subarray(start, at), this.at);
    this.at = at + moved;
    this.#dataStart += moved;
    if (this.#dataEnd >= 0) this.#dataEnd += moved;
    giveBack(slab!, small);
  }
}

const EMPTY = new Uint8Array(0);
/** For at most this many bytes, a loop is faster than a view. */
const SHORT = 48;
const MAX_DEBUG_TEXT = 256;

function take({ idle, bytes }: Slabs): Slab {
  return idle.pop() ?? { bytes: new Uint8Array(bytes), used: 0 };
}

function giveBack(slab: Slab, { idle, leastRoom, maxIdle }: Slabs): void {
  if (slab.bytes.length - slab.used >= leastRoom && idle.length < maxIdle) idle.push(slab);
}
