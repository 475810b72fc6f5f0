import type { SocketConnection } from "../http2/socket.js";
import type { Keepalive } from "../transport/listener.js";

const PING_TIMEOUT_MS = 20_000;

/** Pings a connection, and closes it if no answer arrives in time (gRPC, "Keepalive"). */
export class KeepalivePings {
  readonly #connection: SocketConnection;
  readonly #keepalive: Keepalive;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: SocketConnection, keepalive: Keepalive) {
    this.#connection = connection;
    this.#keepalive = keepalive;
    this.#wait();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    this.#timer = setTimeout(() => this.#ping(), this.#keepalive.time);
    this.#timer.unref();
  }

  #ping(): void {
    const { http2 } = this.#connection;
    const { timeout = PING_TIMEOUT_MS, withoutCalls = false } = this.#keepalive;
    if (http2.load === 0 && !withoutCalls) {
      this.#wait();
      return;
    }
    const timer = setTimeout(() => this.#connection.destroy("keepalive timeout"), timeout);
    this.#timer = timer;
    this.#timer.unref();
    http2.ping(() => {
      clearTimeout(timer);
      if (!http2.isClosed) this.#wait();
    });
  }
}
