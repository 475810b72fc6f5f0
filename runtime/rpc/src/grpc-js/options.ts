import type { CallCredentials, ChannelCredentials, ChannelOptions } from "@grpc/grpc-js";
import type { Compression, Keepalive, SizeLimits } from "../transport/listener.js";

/** Certificates and keys in PEM. */
export interface TlsClient {
  /** Certificate authorities for the server's certificate. Default: those that Node trusts. */
  readonly ca?: Uint8Array | string | undefined;
  /** The client's own certificate and key, for mutual TLS. */
  readonly cert?: Uint8Array | string | undefined;
  readonly key?: Uint8Array | string | undefined;
  /** The expected name in the server's certificate, if it differs from the address. */
  readonly serverName?: string | undefined;
}

export interface GrpcTransportOptions extends SizeLimits {
  /** A target of gRPC name resolution: `127.0.0.1:50051`, `dns:///shop:443`, `unix:/run/shop.sock`, `xds:///shop`. */
  readonly address: string;
  /** `true`: TLS with the certificate authorities of Node. Without it, connections are not encrypted. */
  readonly tls?: true | TlsClient | undefined;
  /** Credentials of grpc-js, instead of `tls`. */
  readonly credentials?: ChannelCredentials | undefined;
  /** Adds metadata such as a token to every call. Requires TLS. */
  readonly callCredentials?: CallCredentials | undefined;
  /** A gRPC service config: load balancing, retries, hedging, timeouts (gRPC, "Service Config in gRPC"). */
  readonly serviceConfig?: object | undefined;
  /** Compression of requests. Responses are always decompressed. */
  readonly compression?: Compression | undefined;
  readonly keepalive?: Keepalive | undefined;
  /** Further options of @grpc/grpc-js, by name. */
  readonly channelOptions?: ChannelOptions | undefined;
}
