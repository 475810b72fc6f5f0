import {
  type CallOptions,
  type ChannelCredentials,
  type Client,
  type ClientDuplexStream,
  type ClientOptions,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ClientWritableStream,
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type Metadata,
  makeGenericClientConstructor,
  type ServiceDefinition,
  type ServiceError,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Method } from "../call/method.js";
import type { MethodsOf, Service } from "../call/service.js";
import { type GrpcJsService, toGrpcJs } from "./to-grpc-js.js";

/** The methods of a service descriptor. */
type MethodsIn<S> = S extends Service<unknown, unknown, infer M> ? M : never;

/** A client of grpc-js for a service: `GrpcJsClient<typeof Orders>`. Its methods have those names and overloads that grpc-tools declares. */
export type GrpcJsClient<S> = Client & {
  readonly [N in keyof MethodsIn<S>]: MethodsIn<S>[N] extends Method<infer I, infer O, infer K>
    ? Calls<I, O>[K]
    : never;
};

/** The handlers of grpc-js for a service, the second argument of `addService`. */
export type GrpcJsHandlers<S> = {
  [N in keyof MethodsIn<S>]: MethodsIn<S>[N] extends Method<infer I, infer O, infer K> ? Handlers<I, O>[K] : never;
} & UntypedServiceImplementation;

/** The constructor of a client, as grpc-tools writes one. */
export interface GrpcJsClientConstructor<S> {
  /** Connects when first used. */
  new (address: string, credentials: ChannelCredentials, options?: Partial<ClientOptions>): GrpcJsClient<S>;
  /** The methods as grpc-js has them. */
  readonly service: ServiceDefinition;
  /** The full name in the proto file. */
  readonly serviceName: string;
}

interface Calls<I, O> {
  unary: UnaryCall<I, O>;
  server_streaming: ServerStreamingCall<I, O>;
  client_streaming: ClientStreamingCall<I, O>;
  bidi_streaming: BidiStreamingCall<I, O>;
}

interface Handlers<I, O> {
  unary: handleUnaryCall<I, O>;
  server_streaming: handleServerStreamingCall<I, O>;
  client_streaming: handleClientStreamingCall<I, O>;
  bidi_streaming: handleBidiStreamingCall<I, O>;
}

type Callback<O> = (error: ServiceError | null, response: O) => void;

interface UnaryCall<I, O> {
  (request: I, callback: Callback<O>): ClientUnaryCall;
  (request: I, metadata: Metadata, callback: Callback<O>): ClientUnaryCall;
  (request: I, metadata: Metadata, options: Partial<CallOptions>, callback: Callback<O>): ClientUnaryCall;
}

interface ServerStreamingCall<I, O> {
  (request: I, options?: Partial<CallOptions>): ClientReadableStream<O>;
  (request: I, metadata?: Metadata, options?: Partial<CallOptions>): ClientReadableStream<O>;
}

interface ClientStreamingCall<I, O> {
  (callback: Callback<O>): ClientWritableStream<I>;
  (metadata: Metadata, callback: Callback<O>): ClientWritableStream<I>;
  (options: Partial<CallOptions>, callback: Callback<O>): ClientWritableStream<I>;
  (metadata: Metadata, options: Partial<CallOptions>, callback: Callback<O>): ClientWritableStream<I>;
}

interface BidiStreamingCall<I, O> {
  (options?: Partial<CallOptions>): ClientDuplexStream<I, O>;
  (metadata?: Metadata, options?: Partial<CallOptions>): ClientDuplexStream<I, O>;
}

const constructors = new WeakMap<object, unknown>();

/**
 * The class of grpc-js clients for a service, which send and receive our messages. The same service gives the same class.
 * Code that was written for clients of grpc-tools keeps its calls and callbacks:
 *
 *     const client = new (toGrpcJsClient(Orders))(address, credentials.createInsecure());
 */
export function toGrpcJsClient<S extends Service<unknown, unknown, MethodsOf>>(service: S): GrpcJsClientConstructor<S> {
  let made = constructors.get(service);
  if (made === undefined) {
    const definition: GrpcJsService<MethodsOf> = toGrpcJs(service);
    made = makeGenericClientConstructor(definition as unknown as ServiceDefinition, service.typeName);
    constructors.set(service, made);
  }
  return made as GrpcJsClientConstructor<S>;
}
