export { type GrpcJsClient, type GrpcJsClientConstructor, type GrpcJsHandlers, toGrpcJsClient } from "./client.js";
export type { GrpcJsTransportOptions } from "./options.js";
export { type GrpcJsService, toGrpcJs } from "./to-grpc-js.js";
export { grpcJsTransport } from "./transport.js";
