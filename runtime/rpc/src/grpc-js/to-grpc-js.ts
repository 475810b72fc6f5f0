import type { MethodDefinition } from "@grpc/grpc-js";
import type { Method, MethodKind } from "../call/method.js";
import type { Codec, MethodsOf, Service } from "../call/service.js";

/** The grpc-js definition of a service, by the TypeScript names of its methods. */
export type GrpcJsService<M extends MethodsOf> = {
  readonly [N in keyof M]: M[N] extends Method<infer I, infer O, infer K> ? GrpcJsMethod<I, O, K> : never;
};

/** The streaming directions are part of the type: nice-grpc derives a method's kind from them. */
type GrpcJsMethod<I, O, K extends MethodKind> = MethodDefinition<I, O> & {
  readonly requestStream: K extends "client_streaming" | "bidi_streaming" ? true : false;
  readonly responseStream: K extends "server_streaming" | "bidi_streaming" ? true : false;
};

/**
 * Describes the service for clients and servers of grpc-js and nice-grpc, which then send and receive our classes.
 *
 *     server.addService(toGrpcJs(OrderService), { getOrder(call, callback) { … } });
 */
export function toGrpcJs<M extends MethodsOf>(service: Service<unknown, unknown, M>): GrpcJsService<M> {
  const methods = Object.values(service.methods as MethodsOf).map((method) => [method.localName, toDefinition(method)]);
  return Object.fromEntries(methods) as GrpcJsService<M>;
}

function toDefinition({ path, name, kind, input, output }: Method): MethodDefinition<unknown, unknown> {
  return {
    path,
    originalName: name,
    requestStream: kind === "client_streaming" || kind === "bidi_streaming",
    responseStream: kind === "server_streaming" || kind === "bidi_streaming",
    requestSerialize: serializer(input),
    requestDeserialize: (bytes) => input.decode(bytes),
    responseSerialize: serializer(output),
    responseDeserialize: (bytes) => output.decode(bytes),
  };
}

function serializer(codec: Codec<unknown>): (message: unknown) => Buffer {
  return (message) => {
    const bytes = codec.encode(codec.create(message));
    return Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
  };
}
