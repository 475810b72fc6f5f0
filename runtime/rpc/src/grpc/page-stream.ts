import type { OutgoingHttpHeaders } from "node:http";
import { Duplex } from "node:stream";
import { isReserved } from "../call/reserved-metadata.js";
import type { Connection } from "../http2/connection.js";
import { ErrorCode } from "../http2/frame/frame.js";
import type { Stream, StreamEvents } from "../http2/stream.js";

/** A request other than gRPC, as a Duplex: reads the request's body and writes the response's. */
export class PageStream extends Duplex implements StreamEvents {
  readonly #connection: Connection;
  readonly #http2Stream: Stream;
  #onRoom: (() => void) | undefined;
  #hasResponded = false;
  /** Received bytes that are not yet given back to the client's window. */
  #unread = 0;

  constructor(connection: Connection, stream: Stream) {
    super({ emitClose: true, allowHalfOpen: true });
    this.#connection = connection;
    this.#http2Stream = stream;
    this.on("error", () => {}); // the client is gone
  }

  respond(status: number, headers: OutgoingHttpHeaders): void {
    if (this.#hasResponded) return;
    this.#hasResponded = true;
    const { encoder } = this.#connection;
    encoder.begin();
    encoder.field(":status", String(status));
    for (const [key, value] of Object.entries(headers)) {
      const name = key.toLowerCase();
      if (value === undefined || (isReserved(name) && !name.startsWith("content-"))) continue;
      for (const each of [value].flat()) encoder.field(name, String(each));
    }
    this.#connection.sendFields(this.#http2Stream, false);
  }

  override _read(): void {
    const unread = this.#unread;
    this.#unread = 0;
    this.#connection.taken(this.#http2Stream, unread);
  }

  override _write(chunk: Uint8Array, _: unknown, done: () => void): void {
    if (this.#connection.send(this.#http2Stream, chunk, false)) done();
    else this.#onRoom = done;
  }

  override _final(done: () => void): void {
    this.#connection.end(this.#http2Stream);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#connection.reset(this.#http2Stream, error === null ? ErrorCode.NoError : ErrorCode.InternalError);
    this.onWritable();
    done(error);
  }

  onFields(): void {
    this.push(null);
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    this.#unread += end - start;
    if (this.push(Buffer.from(bytes.subarray(start, end)))) this._read();
  }

  onEnd(): void {
    this.push(null);
  }

  onReset(): void {
    this.destroy(new Error("the client is gone"));
  }

  onWritable(): void {
    const onRoom = this.#onRoom;
    this.#onRoom = undefined;
    onRoom?.();
  }

  onTrailersDue(): void {}
}
