export type { GrpcTransportOptions, TlsClient } from "./client-options.js";
export { grpcTransport } from "./transport.js";
