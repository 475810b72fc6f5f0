import type { Connection } from "../http2/connection.js";
import type { Stream } from "../http2/stream.js";
import { HEAD_BYTES } from "./message-assembler.js";

/** A received message. It is decoded, unless it is compressed or cannot be decoded. */
export interface Arrived {
  readonly kind: "message" | "compressed" | "error";
  /** The message, the compressed bytes, or the error. */
  readonly value: unknown;
  /** The bytes to give back to the peer's window when the message is read. */
  readonly credit: number;
}

/**
 * Messages of one direction that wait for readers, or readers that wait for messages. The bytes of a message are given
 * back to the peer's window when it is read. Those of an incomplete message are given back as they arrive, provided that
 * no other message waits, because it may be larger than the window.
 */
export class Inbox {
  private connection: Connection | undefined;
  private stream: Stream | undefined;
  private readonly arrived: (Arrived | undefined)[] = [];
  private first = 0;
  private readonly readers: ((arrived: Arrived | undefined) => void)[] = [];
  /** The bytes already given back for the incomplete message. */
  private credited = 0;

  /** Sets the stream to whose window bytes are given back. */
  creditTo(connection: Connection, stream: Stream): void {
    this.connection = connection;
    this.stream = stream;
  }

  get isEmpty(): boolean {
    return this.first === this.arrived.length;
  }

  /** Adds a message of this size. */
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

  /** Takes the first message. `partial` is the number of bytes received of an incomplete one. */
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

  /** Takes the only message, if there is exactly one and it is decoded. */
  takeOnly(): unknown {
    if (this.arrived.length !== 1 || this.first !== 0) return undefined;
    const { kind, value } = this.arrived[0]!;
    if (kind !== "message") return undefined;
    this.arrived.length = 0;
    return value;
  }

  /** Calls back with the next message, or with undefined after the last one. */
  wait(reader: (arrived: Arrived | undefined) => void): void {
    this.readers.push(reader);
  }

  /** Gives back the bytes of an incomplete message, if no other waits. */
  creditPartial(partial: number): void {
    if (!this.isEmpty || partial <= this.credited) return;
    this.credit(partial - this.credited);
    this.credited = partial;
  }

  private credit(bytes: number): void {
    this.connection?.taken(this.stream!, bytes);
  }

  /** No more messages will arrive. */
  end(): void {
    while (this.readers.length > 0) this.readers.shift()!(undefined);
  }

  /** Drops all waiting messages. */
  clear(): void {
    this.arrived.length = 0;
    this.first = 0;
  }
}
