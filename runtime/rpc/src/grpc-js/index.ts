export type { GrpcTransportOptions, TlsClient } from "./options.js";
export { toGrpcJs } from "./to-grpc-js.js";
export { grpcTransport } from "./transport.js";
