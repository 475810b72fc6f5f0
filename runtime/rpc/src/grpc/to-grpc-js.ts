import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import type { Codec, Method, MethodsOf, Service } from "../service.js";

/** The service definition of grpc-js for a service: by the names that its methods have in TypeScript. */
export type GrpcJsService<M extends MethodsOf> = {
  readonly [K in keyof M]: M[K] extends Method<infer I, infer O> ? MethodDefinition<I, O> : never;
};

/**
 * Describes the service for clients and servers of grpc-js and nice-grpc: they send and receive our classes.
 *
 *     server.addService(toGrpcJs(OrderService), { getOrder(call, callback) { … } });
 */
export function toGrpcJs<M extends MethodsOf>(
  service: Service<unknown, unknown, M>,
): GrpcJsService<M> & ServiceDefinition {
  const methods = Object.values(service.methods as MethodsOf).map((method) => [method.localName, toDefinition(method)]);
  return Object.fromEntries(methods) as GrpcJsService<M> & ServiceDefinition;
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
