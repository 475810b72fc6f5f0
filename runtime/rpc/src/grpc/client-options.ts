import type { Compression, Keepalive, SizeLimits } from "../transport/listener.js";

/** Certificates and keys in PEM. */
export interface TlsClient {
  /** Who signs the server's certificate. Default: those whom Node trusts. */
  readonly ca?: Uint8Array | string | undefined;
  /** The client's own certificate and key, for mutual TLS. */
  readonly cert?: Uint8Array | string | undefined;
  readonly key?: Uint8Array | string | undefined;
  readonly passphrase?: string | undefined;
  /** The name that the server's certificate is for, where it is not that of the address. */
  readonly serverName?: string | undefined;
  /** The oldest version of TLS: `TLSv1.2` by default. */
  readonly minVersion?: "TLSv1.2" | "TLSv1.3" | undefined;
  /** Cipher suites in the names of OpenSSL. */
  readonly ciphers?: string | undefined;
}

export interface GrpcTransportOptions extends SizeLimits {
  /** `127.0.0.1:50051`, `[::1]:50051`, `shop:443`, `dns:///shop:443`, `ipv4:10.0.0.1:80,10.0.0.2:80` or `unix:/run/shop.sock`. */
  readonly address: string;
  /** `true`: TLS with the certificate authorities of Node. Without it, connections are not encrypted. */
  readonly tls?: true | TlsClient | undefined;
  /** A gRPC service config: load balancing, retries, hedging, timeouts (gRPC, "Service Config in gRPC"). */
  readonly serviceConfig?: object | undefined;
  /** How requests are compressed. Responses are decompressed in any case. */
  readonly compression?: Compression | undefined;
  readonly keepalive?: Keepalive | undefined;
  /** Milliseconds that a connection may take until it is ready. Default 20 s (gRPC, "Connection Backoff Protocol"). */
  readonly connectTimeout?: number | undefined;
  /** Milliseconds after which a connection without calls is closed. Default 30 minutes. */
  readonly idleTimeout?: number | undefined;
  /** Maximum size of a server's metadata in bytes; more fails with RESOURCE_EXHAUSTED. Default 256 KiB. */
  readonly maxMetadataBytes?: number | undefined;
  /**
   * Maximum flow-control window of a response stream in bytes: how much a server may send before it is read. Windows
   * start at 65,535 bytes, the minimum, and grow while the reader keeps up. Default 4 MiB.
   */
  readonly maxWindowBytes?: number | undefined;
}
