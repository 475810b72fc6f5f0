import type { CallCredentials, ChannelCredentials, ChannelOptions } from "@grpc/grpc-js";
import type { Compression, Keepalive, SizeLimits } from "../transport/listener.js";

/** Certificates and keys in PEM. */
export interface TlsClient {
  /** Who signs the server's certificate. Default: those whom Node trusts. */
  readonly ca?: Uint8Array | string | undefined;
  /** The client's own certificate and key, for mutual TLS. */
  readonly cert?: Uint8Array | string | undefined;
  readonly key?: Uint8Array | string | undefined;
  /** The name that the server's certificate is for, where it is not that of the address. */
  readonly serverName?: string | undefined;
}

export interface GrpcTransportOptions extends SizeLimits {
  /** A target of gRPC name resolution: `127.0.0.1:50051`, `dns:///shop:443`, `unix:/run/shop.sock`, `xds:///shop`. */
  readonly address: string;
  /** `true`: TLS with the certificate authorities of Node. Without it, connections are not encrypted. */
  readonly tls?: true | TlsClient | undefined;
  /** Credentials of grpc-js, instead of `tls`. */
  readonly credentials?: ChannelCredentials | undefined;
  /** Adds metadata, a token for example, to every call; needs TLS. */
  readonly callCredentials?: CallCredentials | undefined;
  /** A gRPC service config: load balancing, retries, hedging, timeouts (gRPC, "Service Config in gRPC"). */
  readonly serviceConfig?: object | undefined;
  /** How requests are compressed. Responses are decompressed in any case. */
  readonly compression?: Compression | undefined;
  readonly keepalive?: Keepalive | undefined;
  /** Further options of @grpc/grpc-js, by their names. */
  readonly channelOptions?: ChannelOptions | undefined;
}
