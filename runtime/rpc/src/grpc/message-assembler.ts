import { Code } from "../call/code.js";
import { StatusError } from "../call/status-error.js";

/** One byte for the compressed flag and four for the length (gRPC over HTTP/2, "Length-Prefixed-Message"). */
export const HEAD_BYTES = 5;

/** Receives the messages. */
export interface MessageReceiver {
  /** A complete message in bytes start to end. The socket may own them: copy them to keep them. */
  onMessage(isCompressed: boolean, bytes: Uint8Array, start: number, end: number): void;
}

/** Assembles messages from DATA. A message within one chunk is not copied; any other is copied once. */
export class MessageAssembler {
  readonly #what: string;
  readonly #maxBytes: number;
  #headLength = 0;
  #flag = 0;
  #length = 0;
  #body: Uint8Array | undefined;
  #filled = 0;

  /** `what` names the messages in errors: request or response. */
  constructor(what: string, maxBytes: number) {
    this.#what = what;
    this.#maxBytes = maxBytes;
  }

  /** The bytes received of an incomplete message. */
  get partial(): number {
    return this.#body === undefined ? this.#headLength : HEAD_BYTES + this.#filled;
  }

  /** Takes bytes start to end. Throws StatusError for an invalid or too large message. */
  push(bytes: Uint8Array, start: number, end: number, receiver: MessageReceiver): void {
    for (let at = start; at < end; ) {
      if (this.#body !== undefined) at = this.#fill(bytes, at, end, receiver);
      else if (this.#headLength === 0 && end - at >= HEAD_BYTES) at = this.#whole(bytes, at, end, receiver);
      else at = this.#readHead(bytes, at, end, receiver);
    }
  }

  #whole(bytes: Uint8Array, at: number, end: number, receiver: MessageReceiver): number {
    this.#flag = bytes[at]!;
    this.#length = ((bytes[at + 1]! << 24) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 8) | bytes[at + 4]!) >>> 0;
    this.#check();
    const from = at + HEAD_BYTES;
    const to = from + this.#length;
    if (to > end) {
      this.#beginBody();
      return from;
    }
    receiver.onMessage(this.#flag === 1, bytes, from, to);
    return to;
  }

  #readHead(bytes: Uint8Array, start: number, end: number, receiver: MessageReceiver): number {
    let at = start;
    for (; at < end && this.#headLength < HEAD_BYTES; at++) {
      if (this.#headLength === 0) this.#length = 0;
      if (this.#headLength++ === 0) this.#flag = bytes[at]!;
      else this.#length = this.#length * 256 + bytes[at]!;
    }
    if (this.#headLength < HEAD_BYTES) return at;
    this.#check();
    this.#headLength = 0;
    if (this.#length === 0) receiver.onMessage(this.#flag === 1, EMPTY, 0, 0);
    else this.#beginBody();
    return at;
  }

  #beginBody(): void {
    this.#body = new Uint8Array(Math.min(this.#length, FIRST_BODY));
    this.#filled = 0;
  }

  #fill(bytes: Uint8Array, at: number, end: number, receiver: MessageReceiver): number {
    const next = Math.min(end, at + this.#length - this.#filled);
    const filled = this.#filled + next - at;
    if (filled > this.#body!.length) this.#enlarge(filled);
    this.#body!.set(bytes.subarray(at, next), this.#filled);
    this.#filled = filled;
    if (filled === this.#length) {
      const body = this.#body!;
      this.#body = undefined;
      receiver.onMessage(this.#flag === 1, body, 0, filled);
    }
    return next;
  }

  /** Grows with the bytes received, not with the length that the peer claims. */
  #enlarge(needed: number): void {
    const larger = new Uint8Array(Math.min(this.#length, Math.max(needed, this.#body!.length * 4)));
    larger.set(this.#body!.subarray(0, this.#filled));
    this.#body = larger;
  }

  #check(): void {
    if (this.#flag > 1)
      throw new StatusError(Code.Internal, `malformed message: expected the flag 0 or 1, got ${this.#flag}`);
    if (this.#length > this.#maxBytes) {
      const text = `${this.#what} of ${this.#length} bytes, the limit is ${this.#maxBytes}`;
      throw new StatusError(Code.ResourceExhausted, text);
    }
  }
}

const EMPTY = new Uint8Array(0);
const FIRST_BODY = 256 * 1024;
