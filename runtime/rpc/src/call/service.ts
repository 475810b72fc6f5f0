import type { Codec } from "./codec.js";
import type { Idempotency, Method, MethodKind } from "./method.js";

// What generated code imports: no transport, nothing of Node.
export { type Codec, codec, type MessageType } from "./codec.js";
export type { Context } from "./context.js";
export type { Idempotency, Method, MethodKind } from "./method.js";
export type { CallOptions, Requests } from "./options.js";

/** A service as generated code describes it: frozen, and without a word about how it is reached. */
export interface Service<Client = unknown, Handlers = unknown, Methods extends MethodsOf = MethodsOf> {
  /** The full name of the service: `shop.v1.PurchaseOrderService`. */
  readonly typeName: string;
  /** By the name in TypeScript. */
  readonly methods: Methods;
  /** Never there: they carry the generated interfaces to `createClient` and `createServer`. */
  readonly $client?: Client;
  readonly $handlers?: Handlers;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of methods of whatever messages
export type MethodsOf = Readonly<Record<string, Method<any, any>>>;

/** What generated code says of a method; the rest follows. */
export interface MethodInit<I, O> {
  readonly name: string;
  readonly kind: MethodKind;
  readonly idempotency?: Idempotency;
  readonly input: Codec<I>;
  readonly output: Codec<O>;
}

/** Makes the descriptor of a service. Called by generated code, which knows its type: the declaration there says it. */
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
