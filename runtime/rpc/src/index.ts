export type { CallOptions, Requests } from "./call-options.js";
export { type ClientOptions, createClient } from "./client.js";
export { Code, codeName } from "./code.js";
export type { Context } from "./context.js";
export type { FinalStatus } from "./final-status.js";
export type { ClientInterceptor, ServerCall, ServerInterceptor, ServerReply } from "./interceptor.js";
export { type BinaryKey, Metadata, type MetadataInit, type MetadataValue } from "./metadata.js";
export { type CloseOptions, createServer, type Server, type ServerOptions } from "./server.js";
export type { Codec, Idempotency, Method, MethodKind, Service } from "./service.js";
export { type DetailMessage, isStatusError, StatusError, type StatusErrorInit } from "./status-error.js";
export { inMemoryTransport } from "./transport/in-memory.js";
export type { IncomingCall } from "./transport/incoming-call.js";
export type { Compression, Keepalive, ListenOptions, SizeLimits, TlsServer } from "./transport/listener.js";
export type {
  ClientCall,
  ClientReply,
  StreamCall,
  StreamReply,
  Transport,
  UnaryCall,
  UnaryReply,
} from "./transport/transport.js";
