import type { Connection } from "../http2/connection.js";
import type { Stream } from "../http2/stream.js";
import { HEAD_BYTES } from "./message-assembler.js";

/** In place of a message: its compressed bytes. */
export class CompressedMessage {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** In place of a message that cannot be decoded: the error. */
export class Undecodable {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** Returned if no message is there. */
export const NOTHING: unique symbol = Symbol("nothing");

/** Whether it is a decoded message. */
export function isMessage(arrived: unknown): boolean {
  return arrived !== NOTHING && !(arrived instanceof CompressedMessage) && !(arrived instanceof Undecodable);
}

type Reader = (arrived: unknown) => void;

/**
 * Messages of one direction that wait for readers, or readers that wait for messages. A message is the decoded one, a
 * CompressedMessage or an Undecodable. Its bytes are given back to the peer's window when it is read. Those of an
 * incomplete message are given back as they arrive, provided that no other message waits, because it may be larger than
 * the window.
 */
export class Inbox {
  #connection: Connection | undefined;
  #stream: Stream | undefined;
  /** The first message. Most calls have only one, so that it has no place in a list. */
  #first: unknown = NOTHING;
  #firstCredit = 0;
  /** The messages after it, and the bytes to give back for each. */
  #others: unknown[] | undefined;
  #credits: number[] | undefined;
  #nextOther = 0;
  #reader: Reader | undefined;
  #otherReaders: Reader[] | undefined;
  /** The bytes already given back for the incomplete message. */
  #credited = 0;

  /** Sets the stream to whose window bytes are given back. */
  creditTo(connection: Connection, stream: Stream): void {
    this.#connection = connection;
    this.#stream = stream;
  }

  /** Adds a message of this size. */
  add(arrived: unknown, bytes: number): void {
    const credit = HEAD_BYTES + bytes - this.#credited;
    this.#credited = 0;
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#reader = this.#otherReaders?.shift();
      this.#credit(credit);
      reader(arrived);
    } else if (this.#first === NOTHING) {
      this.#first = arrived;
      this.#firstCredit = credit;
    } else {
      this.#others ??= [];
      this.#credits ??= [];
      this.#others.push(arrived);
      this.#credits.push(credit);
    }
  }

  /** Takes the first message, or NOTHING. `partial` is the number of bytes received of an incomplete one. */
  take(partial: number): unknown {
    const first = this.#first;
    if (first === NOTHING) return first;
    this.#credit(this.#firstCredit);
    if (this.#others === undefined) this.#first = NOTHING;
    else this.#advance(this.#others, this.#credits!);
    this.creditPartial(partial);
    return first;
  }

  /** The list is dropped with its last message: a stream that waits keeps no memory. */
  #advance(others: unknown[], credits: number[]): void {
    this.#first = others[this.#nextOther];
    this.#firstCredit = credits[this.#nextOther]!;
    others[this.#nextOther++] = undefined;
    if (this.#nextOther < others.length) return;
    this.#others = this.#credits = undefined;
    this.#nextOther = 0;
  }

  /** Takes the only message, or undefined unless exactly one is there and it is decoded. */
  takeOnly(): unknown {
    const first = this.#first;
    if (this.#others !== undefined || !isMessage(first)) return undefined;
    this.#first = NOTHING;
    return first;
  }

  /** Calls back with the next message, or with NOTHING after the last one. */
  wait(reader: Reader): void {
    if (this.#reader === undefined) this.#reader = reader;
    else if (this.#otherReaders === undefined) this.#otherReaders = [reader];
    else this.#otherReaders.push(reader);
  }

  /** Gives back the bytes of an incomplete message, if no other waits. */
  creditPartial(partial: number): void {
    if (this.#first !== NOTHING || partial <= this.#credited) return;
    this.#credit(partial - this.#credited);
    this.#credited = partial;
  }

  #credit(bytes: number): void {
    this.#connection?.taken(this.#stream!, bytes);
  }

  /** No more messages will arrive. */
  end(): void {
    const reader = this.#reader;
    const otherReaders = this.#otherReaders;
    this.#reader = this.#otherReaders = undefined;
    reader?.(NOTHING);
    for (const other of otherReaders ?? []) other(NOTHING);
  }

  /** Drops all waiting messages. */
  clear(): void {
    this.#first = NOTHING;
    this.#others = this.#credits = undefined;
    this.#nextOther = 0;
  }
}
