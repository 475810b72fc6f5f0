import type { CallCredentials, ChannelCredentials, ChannelOptions } from "@grpc/grpc-js";
import type { TlsClient } from "../grpc/client-options.js";
import type { Compression, Keepalive, SizeLimits } from "../transport/listener.js";

/** Options of a transport on `@grpc/grpc-js`. */
export interface GrpcJsTransportOptions extends SizeLimits {
  /** A target of gRPC name resolution: `127.0.0.1:50051`, `dns:///shop:443`, `unix:/run/shop.sock`, `xds:///shop`. */
  readonly address: string;
  /** `true`: TLS with the certificate authorities of Node. Without it, connections are not encrypted. */
  readonly tls?: true | Pick<TlsClient, "ca" | "cert" | "key" | "serverName"> | undefined;
  /** Credentials of grpc-js, instead of `tls`. */
  readonly credentials?: ChannelCredentials | undefined;
  /** Adds metadata such as a token to every call. Requires TLS. */
  readonly callCredentials?: CallCredentials | undefined;
  /** A gRPC service config: load balancing, retries, hedging, timeouts (gRPC, "Service Config in gRPC"). */
  readonly serviceConfig?: object | undefined;
  /** Compression of requests. Responses are always decompressed. */
  readonly compression?: Compression | undefined;
  /** Pings that detect a server that is gone. Default: none. */
  readonly keepalive?: Keepalive | undefined;
  /** Further options of @grpc/grpc-js, by name. */
  readonly channelOptions?: ChannelOptions | undefined;
}
