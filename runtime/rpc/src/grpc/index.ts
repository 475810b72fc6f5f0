export type { ConnectivityState, GrpcTransportOptions, TlsClient } from "./client-options.js";
export type { ConnectOptions } from "./connecting.js";
export { type GrpcTransport, grpcTransport } from "./transport.js";
