import type { Connection } from "../http2/connection.js";
import type { Stream } from "../http2/stream.js";
import { HEAD_BYTES } from "./message-assembler.js";

/** A message that has come: decoded already, unless it is compressed or cannot be decoded. */
export interface Arrived {
  readonly kind: "message" | "compressed" | "error";
  /** The message, the compressed bytes, or the error. */
  readonly value: unknown;
  /** The bytes that the peer may send again when it is read. */
  readonly credit: number;
}

/**
 * Messages of one direction that wait for their reader, or readers that wait for messages. The bytes of a message are given
 * back to the peer when it is read; those of one that is not whole at once, if no other waits: it may be larger than the
 * window.
 */
export class Inbox {
  private connection: Connection | undefined;
  private stream: Stream | undefined;
  private readonly arrived: (Arrived | undefined)[] = [];
  private first = 0;
  private readonly readers: ((arrived: Arrived | undefined) => void)[] = [];
  /** What was given back for the message that is not whole. */
  private credited = 0;

  /** Says to whom the bytes of messages are given back. */
  creditTo(connection: Connection, stream: Stream): void {
    this.connection = connection;
    this.stream = stream;
  }

  get isEmpty(): boolean {
    return this.first === this.arrived.length;
  }

  /** Adds a message that took so many bytes. */
  add(kind: Arrived["kind"], value: unknown, bytes: number): void {
    const arrived: Arrived = { kind, value, credit: HEAD_BYTES + bytes - this.credited };
    this.credited = 0;
    const reader = this.readers.shift();
    if (reader === undefined) {
      this.arrived.push(arrived);
      return;
    }
    this.credit(arrived.credit);
    reader(arrived);
  }

  /** Takes the first message. `partial`: the bytes that have come of one that is not whole. */
  take(partial: number): Arrived | undefined {
    if (this.isEmpty) return undefined;
    const found = this.arrived[this.first]!;
    this.arrived[this.first++] = undefined;
    if (this.isEmpty) {
      this.arrived.length = 0;
      this.first = 0;
    }
    this.credit(found.credit);
    this.creditPartial(partial);
    return found;
  }

  /** Takes the message, if there is one alone and it is decoded. */
  takeOnly(): unknown {
    if (this.arrived.length !== 1 || this.first !== 0) return undefined;
    const { kind, value } = this.arrived[0]!;
    if (kind !== "message") return undefined;
    this.arrived.length = 0;
    return value;
  }

  /** Calls back with the next message, or with undefined when the messages have ended. */
  wait(reader: (arrived: Arrived | undefined) => void): void {
    this.readers.push(reader);
  }

  /** Bytes of a message that is not whole have come. */
  creditPartial(partial: number): void {
    if (!this.isEmpty || partial <= this.credited) return;
    this.credit(partial - this.credited);
    this.credited = partial;
  }

  private credit(bytes: number): void {
    this.connection?.taken(this.stream!, bytes);
  }

  /** No more messages come. */
  end(): void {
    while (this.readers.length > 0) this.readers.shift()!(undefined);
  }

  /** Drops the messages that wait. */
  clear(): void {
    this.arrived.length = 0;
    this.first = 0;
  }
}
