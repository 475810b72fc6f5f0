import type { Socket } from "node:net";
import { Connection, type ConnectionOptions } from "./connection.js";
import type { ConnectionEvents } from "./connection-events.js";
import { Written } from "./frame/writer.js";
import type { Role } from "./role.js";
import type { Sink } from "./sink.js";

/** Milliseconds for the last output of a connection to leave before its socket is destroyed. */
const FLUSH_MS = 100;

/** An HTTP/2 connection on a connected socket of `node:net` or `node:tls`. */
export class SocketConnection {
  readonly socket: Socket;
  readonly http2: Connection;
  #reason: string | undefined;

  constructor(role: Role, socket: Socket, events: ConnectionEvents, options: Omit<ConnectionOptions, "now">) {
    this.socket = socket;
    socket.setNoDelay(true); // the defaults of Bun and Node differ
    this.http2 = new Connection(role, new SocketSink(socket, () => this.http2.flush()), events, { ...options, now });
    socket.on("data", (chunk: Uint8Array) => this.http2.receive(chunk));
    socket.on("drain", () => this.http2.drained());
    socket.on("error", (error) => {
      this.#reason = error.message;
    });
    socket.on("end", () => this.http2.lost(this.#reason ?? "the peer closed the connection"));
    socket.on("close", () => this.http2.lost(this.#reason ?? "the connection was closed"));
  }

  /** Closes the connection and destroys the socket. */
  destroy(reason: string): void {
    this.#reason ??= reason;
    this.http2.lost(reason);
    this.socket.destroy();
  }
}

function now(): number {
  return performance.now();
}

class SocketSink implements Sink {
  readonly #socket: Socket;
  readonly #flush: () => void;

  constructor(socket: Socket, flush: () => void) {
    this.#socket = socket;
    this.#flush = flush;
  }

  write(bytes: Uint8Array): Written {
    const socket = this.#socket;
    if (socket.destroyed || socket.writableEnded) return Written.Left;
    if (!socket.write(bytes)) return Written.Full;
    return socket.writableLength === 0 ? Written.Left : Written.Kept;
  }

  wantsFlush(): void {
    process.nextTick(this.#flush); // after the promises of this turn, so that their output leaves in one write
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    const socket = this.#socket;
    socket.end();
    const timer = setTimeout(() => socket.destroy(), FLUSH_MS);
    timer.unref();
    socket.once("close", () => clearTimeout(timer));
  }
}
