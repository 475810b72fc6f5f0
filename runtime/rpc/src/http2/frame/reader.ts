import { Flag, FrameType, HEAD_BYTES, readUint31 } from "./frame.js";

/** Receives the frames of a reader. If a method returns false, the reader stops for good. */
export interface FrameHandler {
  /** The head of a frame, before its payload. */
  onHead(type: number, flags: number, id: number, length: number): boolean;
  /** A part of the payload of a DATA frame, without padding. The socket owns it. */
  onData(bytes: Uint8Array, start: number, end: number): void;
  /** The end of a DATA frame. */
  onDataEnd(flags: number): boolean;
  /** The padding of a DATA frame is longer than the frame. */
  onWrongPadding(): boolean;
  /** A whole frame of another type than DATA. */
  onFrame(type: number, flags: number, id: number, bytes: Uint8Array, start: number, end: number): boolean;
}

type State = "head" | "payload" | "padding length" | "data" | "padding";

/** Splits chunks of any size into frames. DATA is not copied; other frames are only if chunks split them. */
export class FrameReader {
  readonly #handler: FrameHandler;
  #state: State = "head";
  #isStopped = false;
  #type = 0;
  #flags = 0;
  #id = 0;
  /** The bytes of the payload that are still to come, without padding. */
  #left = 0;
  #padding = 0;
  /** A head or a payload that chunks split. */
  #part: Uint8Array | undefined;
  #partLength = 0;

  constructor(handler: FrameHandler) {
    this.#handler = handler;
  }

  /** Stops for good. */
  stop(): void {
    this.#isStopped = true;
  }

  push(chunk: Uint8Array): void {
    const { length } = chunk;
    let at = 0;
    while (at < length && !this.#isStopped) at = this.#read(chunk, at, length);
  }

  #read(chunk: Uint8Array, at: number, length: number): number {
    switch (this.#state) {
      case "head":
        return this.#readHead(chunk, at, length);
      case "payload":
        return this.#readPayload(chunk, at, length);
      case "padding length":
        return this.#readPaddingLength(chunk, at);
      case "data":
        return this.#readData(chunk, at, length);
      case "padding":
        return this.#readPadding(at, length);
    }
  }

  #readHead(chunk: Uint8Array, at: number, length: number): number {
    if (this.#part === undefined && length - at >= HEAD_BYTES) {
      this.#begin(chunk, at);
      return at + HEAD_BYTES;
    }
    this.#part ??= new Uint8Array(HEAD_BYTES);
    const next = this.#fill(chunk, at, length);
    if (this.#partLength === HEAD_BYTES) this.#begin(this.#takePart(), 0);
    return next;
  }

  #begin(bytes: Uint8Array, at: number): void {
    this.#left = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    this.#type = bytes[at + 3]!;
    this.#flags = bytes[at + 4]!;
    this.#id = readUint31(bytes, at + 5);
    this.#padding = 0;
    if (!this.#handler.onHead(this.#type, this.#flags, this.#id, this.#left)) this.stop();
    else if (this.#type !== FrameType.Data) this.#beginPayload();
    else if ((this.#flags & Flag.Padded) !== 0) this.#state = "padding length";
    else if (this.#left > 0) this.#state = "data";
    else this.#endData();
  }

  #beginPayload(): void {
    this.#state = "payload";
    if (this.#left === 0) this.#endPayload(EMPTY, 0, 0);
  }

  #readPayload(chunk: Uint8Array, at: number, length: number): number {
    if (this.#part === undefined && length - at >= this.#left) {
      const end = at + this.#left;
      this.#endPayload(chunk, at, end);
      return end;
    }
    this.#part ??= new Uint8Array(this.#left);
    const next = this.#fill(chunk, at, length);
    if (this.#partLength === this.#left) this.#endPayload(this.#takePart(), 0, this.#left);
    return next;
  }

  #endPayload(bytes: Uint8Array, start: number, end: number): void {
    this.#state = "head";
    if (!this.#handler.onFrame(this.#type, this.#flags, this.#id, bytes, start, end)) this.stop();
  }

  #readPaddingLength(chunk: Uint8Array, at: number): number {
    this.#padding = chunk[at]!;
    this.#left -= 1 + this.#padding;
    if (this.#left < 0) {
      if (!this.#handler.onWrongPadding()) this.stop();
    } else this.#continueData();
    return at + 1;
  }

  #readData(chunk: Uint8Array, at: number, length: number): number {
    const end = Math.min(length, at + this.#left);
    this.#left -= end - at;
    this.#handler.onData(chunk, at, end);
    this.#continueData();
    return end;
  }

  #readPadding(at: number, length: number): number {
    const end = Math.min(length, at + this.#padding);
    this.#padding -= end - at;
    this.#continueData();
    return end;
  }

  #continueData(): void {
    if (this.#left > 0) this.#state = "data";
    else if (this.#padding > 0) this.#state = "padding";
    else this.#endData();
  }

  #endData(): void {
    this.#state = "head";
    if (!this.#handler.onDataEnd(this.#flags)) this.stop();
  }

  #fill(chunk: Uint8Array, at: number, length: number): number {
    const part = this.#part!;
    const end = Math.min(length, at + part.length - this.#partLength);
    part.set(chunk.subarray(at, end), this.#partLength);
    this.#partLength += end - at;
    return end;
  }

  #takePart(): Uint8Array {
    const part = this.#part!;
    this.#part = undefined;
    this.#partLength = 0;
    return part;
  }
}

const EMPTY = new Uint8Array(0);
