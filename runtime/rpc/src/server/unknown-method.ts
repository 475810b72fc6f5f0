import type { Codec } from "../call/codec.js";
import type { Context } from "../call/context.js";
import type { Handler, ServedMethod } from "../call/served-method.js";

/**
 * Handles calls of methods that a server does not have. Requests and responses are encoded messages; `context.method.path`
 * names the method. Which of them are streams is not known, so both are. Throw UNIMPLEMENTED for what is not yours.
 */
export type UnknownHandler = (
  requests: AsyncIterable<Uint8Array>,
  context: Context,
) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const bytes: Codec<Uint8Array> = {
  typeName: "bytes",
  create: (init) => init as Uint8Array,
  encode: (message) => message,
  size: (message) => message.length,
  encodeInto(message, target, offset) {
    if (message.length > target.length - offset) return -1;
    target.set(message, offset);
    return offset + message.length;
  },
  decode: (message, start, end) => new Uint8Array(message.subarray(start, end)),
};

/** The method at a path such as `/shop.v1.Orders/Get`; undefined for a path that is none of gRPC's. */
export function unknownMethod(path: string, handler: UnknownHandler): ServedMethod | undefined {
  const [, name] = /^\/[^/]+\/([^/]+)$/.exec(path) ?? [];
  if (name === undefined) return undefined;
  const method = { name, localName: name, path, kind: "bidi_streaming", idempotency: "unknown" } as const;
  return { method: { ...method, input: bytes, output: bytes }, handler: handler as Handler };
}
