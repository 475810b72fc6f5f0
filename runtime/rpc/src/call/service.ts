import type { Codec } from "./codec.js";
import type { Idempotency, Method, MethodKind } from "./method.js";

// Imported by generated code: no transport, and nothing from Node.
export { type Codec, codec, type MessageType } from "./codec.js";
export type { Context } from "./context.js";
export type { Idempotency, Method, MethodKind } from "./method.js";
export type { CallOptions, Requests } from "./options.js";

/** A service as generated code describes it: frozen, and independent of transports. */
export interface Service<Client = unknown, Handlers = unknown, Methods extends MethodsOf = MethodsOf> {
  /** The full name of the service: `shop.v1.PurchaseOrderService`. */
  readonly typeName: string;
  /** By TypeScript name. */
  readonly methods: Methods;
  /** Never set: types only, which carry the generated interfaces to `createClient` and `createServer`. */
  readonly $client?: Client;
  /** Never set: carries the type of the handlers. */
  readonly $handlers?: Handlers;
}

/** The methods of a service by their names in TypeScript. */
// biome-ignore lint/suspicious/noExplicitAny: a list of methods of whatever messages
export type MethodsOf = Readonly<Record<string, Method<any, any>>>;

/** The generated part of a method's description; the rest is derived from it. */
export interface MethodInit<I, O> {
  /** The name in the proto file. */
  readonly name: string;
  /** Which sides stream. */
  readonly kind: MethodKind;
  /** The option `idempotency_level`. Default: unknown. */
  readonly idempotency?: Idempotency;
  /** The codec of requests. */
  readonly input: Codec<I>;
  /** The codec of responses. */
  readonly output: Codec<O>;
}

/** Makes the descriptor of a service. Called by generated code, where the declaration states its type. */
export function service<S extends Service<unknown, unknown>>(
  typeName: string,
  // biome-ignore lint/suspicious/noExplicitAny: a list of methods of whatever messages
  methods: Readonly<Record<string, MethodInit<any, any>>>,
): S {
  const full = Object.entries(methods).map(([localName, { name, kind, idempotency = "unknown", input, output }]) => {
    const method: Method = { name, localName, path: `/${typeName}/${name}`, kind, idempotency, input, output };
    return [localName, Object.freeze(method)];
  });
  return Object.freeze({ typeName, methods: Object.freeze(Object.fromEntries(full)) }) as Service as S;
}
