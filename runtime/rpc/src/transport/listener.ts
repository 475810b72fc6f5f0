import type { ServedMethod } from "../call/served-method.js";
import type { IncomingCall } from "./incoming-call.js";
import type { Pages } from "./pages.js";

/** Who serves the calls that a listener accepts. */
export interface CallHandler {
  /** The method at this path, `/shop.v1.Orders/Get`; undefined for one that is not served. */
  find(path: string): ServedMethod | undefined;
  /** Serves a call. Never throws: whatever happens ends in the call's status. */
  handle(served: ServedMethod, incoming: IncomingCall): void;
}

/** Where a server accepts calls. */
export interface Listener {
  readonly port: number;
  /** How many connections are open. */
  readonly connections: number;
  /** Accepts no more, and resolves when the running calls have ended and the connections are closed. */
  drain(): Promise<void>;
  /** Closes the connections, once what was written has left. */
  destroy(): void;
}

export type Compression = "gzip" | "deflate";

/** Pings that find out whether the other side is still there (gRPC, "Keepalive"). Milliseconds. */
export interface Keepalive {
  /** Between two pings. */
  readonly time: number;
  /** How long the answer may take. Default 20 s. */
  readonly timeout?: number | undefined;
  /** Pings without a running call too. Default false. */
  readonly withoutCalls?: boolean | undefined;
}

/** Certificates and keys in PEM. */
export interface TlsServer {
  readonly cert: Uint8Array | string;
  readonly key: Uint8Array | string;
  /** Who signs the certificates of clients. With it, a client must have one (mutual TLS). */
  readonly clientCa?: Uint8Array | string | undefined;
}

export interface SizeLimits {
  /** The most bytes of a message that is received; a longer one is RESOURCE_EXHAUSTED. Default 4 MiB. */
  readonly maxReceiveBytes?: number | undefined;
  /** The most bytes of a message that is sent. Default: no limit. */
  readonly maxSendBytes?: number | undefined;
}

export interface ListenOptions extends SizeLimits {
  /** Without it, connections are not encrypted. */
  readonly tls?: TlsServer | undefined;
  readonly keepalive?: Keepalive | undefined;
  /** How responses are compressed where the client takes it, unless the handler says otherwise. Default: not. */
  readonly compression?: Compression | undefined;
  /** The most bytes of metadata that a client may send; more is RESOURCE_EXHAUSTED. Default: 64 KiB, which Node sets. */
  readonly maxMetadataBytes?: number | undefined;
  /** The most calls that may run on one connection. Default: no limit. */
  readonly maxConcurrentCalls?: number | undefined;
  /**
   * Milliseconds after which a connection takes no more calls, a tenth more or less: clients connect again, where a balancer
   * may send them to another server (gRPC proposal A9). Running calls finish. Default: no limit.
   */
  readonly maxConnectionAge?: number | undefined;
  /**
   * Milliseconds that calls on such a connection get to finish, before it is cut (gRPC proposal A9). A call that has no end
   * learns of it by `Context.draining`. Default: no limit.
   */
  readonly maxConnectionAgeGrace?: number | undefined;
  /** The most connections that may be open; one more is closed at once. Default: no limit. */
  readonly maxConnections?: number | undefined;
  /** Answers what is not gRPC, on the same port, over HTTP/2 and HTTP/1.1. Default: HTTP/2 alone, and status 415. */
  readonly pages?: Pages | undefined;
}
