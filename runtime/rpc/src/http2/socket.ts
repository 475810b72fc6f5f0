import type { Socket } from "node:net";
import { Connection, type ConnectionOptions } from "./connection.js";
import type { ConnectionEvents } from "./connection-events.js";
import { Written } from "./frame/writer.js";
import type { Sink } from "./sink.js";

/** How long what was written may take to leave, when a connection ends, before the socket is cut. */
const FLUSH_MS = 100;

/** A connection on a socket of `node:net` or `node:tls`, which must be connected. */
export class SocketConnection {
  readonly socket: Socket;
  readonly http2: Connection;
  private reason: string | undefined;

  constructor(
    role: "client" | "server",
    socket: Socket,
    events: ConnectionEvents,
    options: Omit<ConnectionOptions, "now">,
  ) {
    this.socket = socket;
    socket.setNoDelay(true); // Bun and Node differ in the default
    this.http2 = new Connection(role, new SocketSink(socket, () => this.http2.flush()), events, { ...options, now });
    socket.on("data", (chunk: Uint8Array) => this.http2.receive(chunk));
    socket.on("drain", () => this.http2.drained());
    socket.on("error", (error) => {
      this.reason = error.message;
    });
    socket.on("end", () => this.http2.lost(this.reason ?? "the peer closed the connection"));
    socket.on("close", () => this.http2.lost(this.reason ?? "the connection was closed"));
  }

  /** Cuts the connection. */
  destroy(reason: string): void {
    this.reason ??= reason;
    this.http2.lost(reason);
    this.socket.destroy();
  }
}

function now(): number {
  return performance.now();
}

class SocketSink implements Sink {
  private readonly socket: Socket;
  private readonly flush: () => void;

  constructor(socket: Socket, flush: () => void) {
    this.socket = socket;
    this.flush = flush;
  }

  write(bytes: Uint8Array): Written {
    const { socket } = this;
    if (socket.destroyed || socket.writableEnded) return Written.Left;
    if (!socket.write(bytes)) return Written.Full;
    return socket.writableLength === 0 ? Written.Left : Written.Kept;
  }

  wantsFlush(): void {
    process.nextTick(this.flush); // behind the promises of this turn: so their answers leave together
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  end(): void {
    const { socket } = this;
    socket.end();
    const timer = setTimeout(() => socket.destroy(), FLUSH_MS);
    timer.unref();
    socket.once("close", () => clearTimeout(timer));
  }
}
