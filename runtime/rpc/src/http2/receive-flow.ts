import type { Output } from "./output.js";
import { Growth, ReceiveWindow, type WindowLimits } from "./receive-window.js";
import type { Stream } from "./stream.js";

/** The window of a connection bounds the bytes on their way; `maxUnread` bounds those that wait for readers. */
const CONNECTION_WINDOW: WindowLimits = { maxStream: 16 * 1024 * 1024, maxGrowth: 16 * 1024 * 1024 };

/** Flow control of received DATA, for a connection and its streams (RFC 9113, section 5.2). */
export class ReceiveFlow {
  readonly #output: Output;
  readonly #limits: WindowLimits;
  readonly #maxUnread: number;
  readonly #growth: Growth;
  readonly #window = new ReceiveWindow();
  readonly #windowGrowth = new Growth(CONNECTION_WINDOW);
  #unread = 0;
  /** Bytes of the connection's window that are not yet given back. */
  #withheld = 0;

  constructor(output: Output, limits: WindowLimits, maxUnread: number) {
    this.#output = output;
    this.#limits = limits;
    this.#maxUnread = maxUnread;
    this.#growth = new Growth(limits);
  }

  /** Takes bytes from the connection's window. Returns false if they exceed it. */
  receive(bytes: number): boolean {
    return this.#window.receive(bytes);
  }

  /** Gives back received bytes that no stream takes. */
  drop(bytes: number): void {
    this.#withheld += bytes;
    this.#giveBackWithinLimit();
  }

  /**
   * Counts received bytes that wait for the reader of a stream. The connection's window is given back at once, so that a
   * reader that stops does not hold up the other streams.
   */
  keep(stream: Stream, bytes: number): void {
    stream.unread += bytes;
    this.#unread += bytes;
    this.drop(bytes);
  }

  /** The reader of a stream took bytes: the peer may send as many again. */
  taken(stream: Stream, bytes: number): void {
    if (bytes === 0 || this.#output.isClosed || stream.unread === 0) return;
    const counted = Math.min(bytes, stream.unread);
    stream.unread -= counted;
    this.#read(counted);
    if (stream.isRemoteClosed) return;
    const increment = stream.receiveWindow.take(counted, this.#limits, this.#growth);
    if (increment > 0) this.#output.writer.windowUpdate(stream.id, increment);
  }

  /** A stream is over: its unread bytes no longer count. */
  release(stream: Stream): void {
    stream.receiveWindow.release(this.#growth);
    const { unread } = stream;
    stream.unread = 0;
    if (unread > 0) this.#read(unread);
  }

  #read(bytes: number): void {
    this.#unread -= bytes;
    this.#giveBackWithinLimit();
  }

  #giveBackWithinLimit(): void {
    const withheld = this.#withheld;
    if (this.#unread > this.#maxUnread || withheld === 0 || this.#output.isClosed) return;
    this.#withheld = 0;
    const increment = this.#window.take(withheld, CONNECTION_WINDOW, this.#windowGrowth);
    if (increment > 0) this.#output.writer.windowUpdate(0, increment);
  }
}
