import type { Compression, Keepalive, SizeLimits } from "../transport/listener.js";
import type { ServiceConfig } from "../transport/service-config.js";
import type { CallCredentials } from "./call-credentials.js";

/** Certificates and keys in PEM. */
export interface TlsClient {
  /** Certificate authorities for the server's certificate. Default: those that Node trusts. */
  readonly ca?: Uint8Array | string | undefined;
  /** The client's own certificate and key, for mutual TLS. */
  readonly cert?: Uint8Array | string | undefined;
  /** The private key of the client certificate. */
  readonly key?: Uint8Array | string | undefined;
  /** The passphrase of the key, if it is encrypted. */
  readonly passphrase?: string | undefined;
  /** The name in the server's certificate, if it differs from the host of the address. */
  readonly serverName?: string | undefined;
  /** Minimum TLS version. Default `TLSv1.2`. */
  readonly minVersion?: "TLSv1.2" | "TLSv1.3" | undefined;
  /** Cipher suites, by their OpenSSL names. */
  readonly ciphers?: string | undefined;
}

/**
 * gRPC, "Connectivity Semantics". `idle`: it will connect for the next call; `transient_failure`: it waits before it tries
 * again; `shutdown`: it was closed.
 */
export type ConnectivityState = "idle" | "connecting" | "ready" | "transient_failure" | "shutdown";

/** Options of a gRPC transport: one target, and how its connections behave. */
export interface GrpcTransportOptions extends SizeLimits {
  /** `127.0.0.1:50051`, `[::1]:50051`, `shop:443`, `dns:///shop:443`, `ipv4:10.0.0.1:80,10.0.0.2:80` or `unix:/run/shop.sock`. */
  readonly address: string;
  /** `true` means TLS with the certificate authorities of Node. If absent, connections are not encrypted. */
  readonly tls?: true | TlsClient | undefined;
  /** Authorize each call, for example by a token: made by `callCredentials`. They require `tls`. */
  readonly callCredentials?: CallCredentials | undefined;
  /** Load balancing, retries, hedging, timeouts: made by `serviceConfig` of `@protoloom/rpc/service-config`. */
  readonly serviceConfig?: ServiceConfig | undefined;
  /** Compression of requests. Default: none. Responses are decompressed in any case. */
  readonly compression?: Compression | undefined;
  /** Pings that detect a server that is gone. Default: none. */
  readonly keepalive?: Keepalive | undefined;
  /** Milliseconds for a connection to become ready. Default 20 s (gRPC, "Connection Backoff Protocol"). */
  readonly connectTimeout?: number | undefined;
  /** Milliseconds after which a connection without calls is closed. Default 30 minutes. */
  readonly idleTimeout?: number | undefined;
  /**
   * Maximum number of concurrent calls per connection, if the server allows more; further ones get another connection.
   * Default: the server's limit.
   */
  readonly maxConcurrentCalls?: number | undefined;
  /** Called when `state` of the transport has changed. */
  readonly onStateChange?: ((state: ConnectivityState) => void) | undefined;
  /** Maximum size of a server's metadata in bytes; more fails with RESOURCE_EXHAUSTED. Default 256 KiB. */
  readonly maxMetadataBytes?: number | undefined;
  /**
   * Maximum flow-control window of a response stream in bytes: how much a server may send before it is read. Windows
   * start at 65,535 bytes, the minimum, and grow while the reader keeps up. Default 4 MiB.
   */
  readonly maxWindowBytes?: number | undefined;
}

/** How long to wait for a connection. */
export interface ConnectOptions {
  /** Milliseconds from now, or a date. Default: no limit. */
  readonly deadline?: number | Date | undefined;
  /** Stops waiting, with CANCELLED. */
  readonly signal?: AbortSignal | undefined;
}
