import type { ServedMethod } from "../call/served-method.js";
import type { IncomingCall } from "./incoming-call.js";
import type { Pages } from "./pages.js";

/** Serves the calls that a listener accepts. */
export interface CallHandler {
  /** The method at this path, such as `/shop.v1.Orders/Get`; undefined if it is not served. */
  find(path: string): ServedMethod | undefined;
  /** Serves a call. Never throws: every failure becomes the call's status. */
  handle(served: ServedMethod, incoming: IncomingCall): void;
}

/** A place where a server accepts calls. */
export interface Listener {
  readonly port: number;
  /** The number of open connections. */
  readonly connections: number;
  /** Stops accepting, and resolves when the running calls have ended and the connections are closed. */
  drain(): Promise<void>;
  /** Closes the connections once their output is flushed. */
  destroy(): void;
  /** Replaces the certificates for new connections. Throws if it accepts no encrypted ones. */
  renewTls(tls: TlsServer): void;
}

/** The message encodings of gRPC that are built in. */
export type Compression = "gzip" | "deflate";

/** Pings that detect a dead peer (gRPC, "Keepalive"). In milliseconds. */
export interface Keepalive {
  /** Time between two pings. */
  readonly time: number;
  /** Time to wait for the answer. Default 20 s. */
  readonly timeout?: number | undefined;
  /** Ping even if no call is running. Default false. */
  readonly withoutCalls?: boolean | undefined;
}

/** A certificate and its key in PEM. */
export interface TlsIdentity {
  /** The certificate chain, the server's own first. */
  readonly cert: Uint8Array | string;
  /** The private key. */
  readonly key: Uint8Array | string;
  /** The passphrase of the key, if it is encrypted. */
  readonly passphrase?: string | undefined;
}

/** The certificate of a server, and what it expects from clients. */
export interface TlsServer extends TlsIdentity {
  /** Certificate authorities for client certificates. If set, clients must present one (mutual TLS). */
  readonly clientCa?: Uint8Array | string | undefined;
  /**
   * Other certificates, by the server name that a client asks for (SNI, RFC 6066, section 3): `shop.example` or
   * `*.shop.example`.
   */
  readonly names?: Readonly<Record<string, TlsIdentity>> | undefined;
  /** Minimum TLS version. Default `TLSv1.2`. */
  readonly minVersion?: "TLSv1.2" | "TLSv1.3" | undefined;
  /** Cipher suites, by their OpenSSL names. */
  readonly ciphers?: string | undefined;
}

/** Limits of the size of single messages. */
export interface SizeLimits {
  /** Maximum size of a received message in bytes; a larger one fails with RESOURCE_EXHAUSTED. Default 4 MiB. */
  readonly maxReceiveBytes?: number | undefined;
  /** Maximum size of a sent message in bytes. Default: no limit. */
  readonly maxSendBytes?: number | undefined;
}

/** Options of one address that a server listens on. */
export interface ListenOptions extends SizeLimits {
  /** Without it, connections are not encrypted. */
  readonly tls?: TlsServer | undefined;
  /** Pings that detect clients that are gone. Default: none. */
  readonly keepalive?: Keepalive | undefined;
  /** Compression of responses, if the client accepts it and the handler does not turn it off. Default: none. */
  readonly compression?: Compression | undefined;
  /** Maximum size of a client's metadata in bytes; more fails with RESOURCE_EXHAUSTED. Default 64 KiB. */
  readonly maxMetadataBytes?: number | undefined;
  /**
   * Maximum number of concurrent calls per connection; further ones are refused, and clients open another connection.
   * A cancelled call counts until its handler returns. Default 16,384.
   */
  readonly maxConcurrentCalls?: number | undefined;
  /**
   * Maximum flow-control window of a request stream in bytes: how much a client may send before the handler reads.
   * Windows start at 65,535 bytes, the minimum, and grow while the handler keeps up. Default 4 MiB.
   */
  readonly maxWindowBytes?: number | undefined;
  /**
   * Milliseconds, give or take a tenth, after which a connection takes no more calls. Clients reconnect, possibly to
   * another server behind a load balancer (gRPC proposal A9). Running calls finish. Default: no limit.
   */
  readonly maxConnectionAge?: number | undefined;
  /**
   * Milliseconds for calls on such a connection to finish before it is closed (gRPC proposal A9). `Context.draining`
   * notifies endless calls. Default: no limit.
   */
  readonly maxConnectionAgeGrace?: number | undefined;
  /**
   * Milliseconds without calls after which a connection is closed (gRPC proposal A9). Clients reconnect for the next
   * call. Default: no limit.
   */
  readonly maxConnectionIdle?: number | undefined;
  /**
   * Share the port with other processes or worker threads that also set this: the system spreads the connections over
   * them (SO_REUSEPORT: Linux, FreeBSD; Node 23.1 or newer). `node:cluster` needs no option.
   */
  readonly reusePort?: boolean | undefined;
  /** Maximum number of open connections; any further one is closed at once. Default: no limit. */
  readonly maxConnections?: number | undefined;
  /**
   * Handles requests other than gRPC on the same port, over HTTP/2 and HTTP/1.1. Default: HTTP/2 only, and status 415.
   */
  readonly pages?: Pages | undefined;
}
