import { Code } from "../call/code.js";
import { StatusError } from "../call/status-error.js";

/** One byte that says whether the message is compressed, four of its length (gRPC over HTTP/2, "Length-Prefixed-Message"). */
export const HEAD_BYTES = 5;

/** Who gets the messages. */
export interface MessageReceiver {
  /** A whole message: bytes start to end, which belong to the socket unless they are a message of their own. */
  onMessage(isCompressed: boolean, bytes: Uint8Array, start: number, end: number): void;
}

/** Cuts DATA into messages. One that is whole in a chunk is not copied, one that is cut is copied once. */
export class MessageAssembler {
  private readonly what: string;
  private readonly maxBytes: number;
  private headLength = 0;
  private flag = 0;
  private length = 0;
  private body: Uint8Array | undefined;
  private filled = 0;

  /** `what` is received: a request or a response. */
  constructor(what: string, maxBytes: number) {
    this.what = what;
    this.maxBytes = maxBytes;
  }

  /** How many bytes of a message that is not whole have come. */
  get partial(): number {
    return this.body === undefined ? this.headLength : HEAD_BYTES + this.filled;
  }

  /** Takes bytes start to end. Throws StatusError for a message that may not come. */
  push(bytes: Uint8Array, start: number, end: number, receiver: MessageReceiver): void {
    for (let at = start; at < end; ) {
      if (this.body !== undefined) at = this.fill(bytes, at, end, receiver);
      else if (this.headLength === 0 && end - at >= HEAD_BYTES) at = this.whole(bytes, at, end, receiver);
      else at = this.readHead(bytes, at, end, receiver);
    }
  }

  private whole(bytes: Uint8Array, at: number, end: number, receiver: MessageReceiver): number {
    this.flag = bytes[at]!;
    this.length = ((bytes[at + 1]! << 24) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 8) | bytes[at + 4]!) >>> 0;
    this.check();
    const from = at + HEAD_BYTES;
    const to = from + this.length;
    if (to > end) {
      this.beginBody();
      return from;
    }
    receiver.onMessage(this.flag === 1, bytes, from, to);
    return to;
  }

  private readHead(bytes: Uint8Array, start: number, end: number, receiver: MessageReceiver): number {
    let at = start;
    for (; at < end && this.headLength < HEAD_BYTES; at++) {
      if (this.headLength === 0) this.length = 0;
      if (this.headLength++ === 0) this.flag = bytes[at]!;
      else this.length = this.length * 256 + bytes[at]!;
    }
    if (this.headLength < HEAD_BYTES) return at;
    this.check();
    this.headLength = 0;
    if (this.length === 0) receiver.onMessage(this.flag === 1, EMPTY, 0, 0);
    else this.beginBody();
    return at;
  }

  private beginBody(): void {
    this.body = new Uint8Array(Math.min(this.length, FIRST_BODY));
    this.filled = 0;
  }

  private fill(bytes: Uint8Array, at: number, end: number, receiver: MessageReceiver): number {
    const next = Math.min(end, at + this.length - this.filled);
    const filled = this.filled + next - at;
    if (filled > this.body!.length) this.enlarge(filled);
    this.body!.set(bytes.subarray(at, next), this.filled);
    this.filled = filled;
    if (filled === this.length) {
      const body = this.body!;
      this.body = undefined;
      receiver.onMessage(this.flag === 1, body, 0, filled);
    }
    return next;
  }

  /** The memory follows what has come, not what the head promises. */
  private enlarge(needed: number): void {
    const larger = new Uint8Array(Math.min(this.length, Math.max(needed, this.body!.length * 4)));
    larger.set(this.body!.subarray(0, this.filled));
    this.body = larger;
  }

  private check(): void {
    if (this.flag > 1)
      throw new StatusError(Code.Internal, `malformed message: expected the flag 0 or 1, got ${this.flag}`);
    if (this.length > this.maxBytes) {
      const text = `${this.what} of ${this.length} bytes, the limit is ${this.maxBytes}`;
      throw new StatusError(Code.ResourceExhausted, text);
    }
  }
}

const EMPTY = new Uint8Array(0);
const FIRST_BODY = 256 * 1024;
