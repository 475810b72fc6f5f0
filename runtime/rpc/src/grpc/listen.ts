import type { AddressInfo, Socket } from "node:net";
import type { CallHandler, Listener, ListenOptions, TlsServer } from "../transport/listener.js";
import { parseAddress } from "./address.js";
import { createFront, type Front } from "./front.js";
import { ServerConnection } from "./server-connection.js";

/** Milliseconds for connections to send their last output before they are destroyed. */
const FLUSH_MS = 100;
/** As many connections may wait to be accepted as the system permits. With Node's 511, thousands that come at once are reset. */
const BACKLOG = 65_535;

/** Accepts gRPC calls at the address. */
export async function listenHttp2(handler: CallHandler, address: string, options: ListenOptions): Promise<Listener> {
  const listener = new Http2Listener(handler, options);
  await listener.bind(address);
  return listener;
}

class Http2Listener implements Listener {
  readonly #handler: CallHandler;
  readonly #options: ListenOptions;
  readonly #front: Front;
  readonly #accepted = new Set<ServerConnection>();
  #isDraining = false;
  port = 0;

  constructor(handler: CallHandler, options: ListenOptions) {
    this.#handler = handler;
    this.#options = options;
    this.#front = createFront((socket) => this.#accept(socket), options);
  }

  get connections(): number {
    return this.#front.sockets.size;
  }

  bind(address: string): Promise<void> {
    const { server } = this.#front;
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void =>
        reject(new Error(`cannot listen on ${address}: ${error.message}`, { cause: error }));
      server.once("error", fail);
      server.listen({ ...parseAddress(address), reusePort: this.#options.reusePort ?? false, backlog: BACKLOG }, () => {
        server.off("error", fail);
        const bound = server.address() as AddressInfo | string;
        this.port = typeof bound === "string" ? 0 : bound.port;
        resolve();
      });
    });
  }

  drain(): Promise<void> {
    this.#isDraining = true;
    return new Promise((resolve) => {
      this.#front.server.close(() => resolve());
      this.#front.closeIdle();
      for (const connection of this.#accepted) connection.drain();
    });
  }

  renewTls(tls: TlsServer): void {
    if (this.#front.renewTls === undefined) throw new Error("cannot renew certificates: the address is not encrypted");
    this.#front.renewTls(tls);
  }

  destroy(): void {
    setTimeout(() => {
      for (const connection of this.#accepted) connection.destroy();
      for (const socket of this.#front.sockets) socket.destroy();
    }, FLUSH_MS);
  }

  #accept(socket: Socket): void {
    const connection = new ServerConnection(this.#handler, socket, this.#options, () =>
      this.#accepted.delete(connection),
    );
    this.#accepted.add(connection);
    if (this.#isDraining) connection.drain();
  }
}
