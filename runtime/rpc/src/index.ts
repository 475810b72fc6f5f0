export { Code, codeName } from "./call/code.js";
export type { Context } from "./call/context.js";
export { EncodedMessage } from "./call/encoded-message.js";
export type { ErrorDetail } from "./call/error-detail.js";
export type { FinalStatus } from "./call/final-status.js";
export { type BinaryKey, Metadata, type MetadataInit, type MetadataValue } from "./call/metadata.js";
export type { CallOptions, Requests } from "./call/options.js";
export type { PeerCertificate } from "./call/peer-certificate.js";
export type { Codec, Idempotency, Method, MethodKind, Service } from "./call/service.js";

export { type DetailMessage, isStatusError, StatusError, type StatusErrorInit } from "./call/status-error.js";
export { type ClientOptions, createClient } from "./client/client.js";
export { inMemoryTransport } from "./in-memory/transport.js";
export type { ClientInterceptor, ServerCall, ServerInterceptor, ServerReply } from "./interceptor.js";
export { type CloseOptions, createServer, type Server, type ServerOptions } from "./server/server.js";
export type { UnknownHandler } from "./server/unknown-method.js";
export type { IncomingCall } from "./transport/incoming-call.js";
export type {
  Compression,
  Keepalive,
  ListenOptions,
  SizeLimits,
  TlsIdentity,
  TlsServer,
} from "./transport/listener.js";
export type { Pages, Visitor } from "./transport/pages.js";
export type {
  ClientCall,
  ClientReply,
  StreamCall,
  StreamReply,
  Transport,
  UnaryCall,
  UnaryReply,
} from "./transport/transport.js";
