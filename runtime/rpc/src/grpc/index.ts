export { type CallCredentials, type CredentialsRequest, callCredentials } from "./call-credentials.js";
export type { ConnectivityState, ConnectOptions, GrpcTransportOptions, TlsClient } from "./client-options.js";
export { type GrpcTransport, grpcTransport } from "./transport.js";
