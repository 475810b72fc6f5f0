export { toGrpcJs } from "./to-grpc-js.js";
export { type GrpcTransportOptions, grpcTransport, type TlsClient } from "./transport.js";
