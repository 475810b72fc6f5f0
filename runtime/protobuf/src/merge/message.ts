import { decode } from "../codec/decode.js";
import { encode } from "../codec/encode.js";
import { type AnyMessage, infoOf, type MessageInfo } from "../codec/message-info.js";
import { ProtobufError } from "../error.js";
import type { Immutable } from "../interop/immutable.js";
import type { Shape } from "../interop/shape.js";

/** The call stack ends before it. A small integer, because the engine has compiled the decoders for those. */
const NO_LIMIT = 0x3fff_ffff;

/**
 * Merges the source into the target, which it returns, as MergeFrom of other languages and as decoding the bytes of the
 * one after those of the other: scalars that the source has set replace those of the target, messages merge, lists are
 * appended, map entries are replaced by key, and a oneof takes the case of the source. Extensions and unknown fields merge
 * in the same way. Required fields may be unset in both.
 *
 * The source may be a message of protobuf-es, and shares no memory with the target afterwards. Throws a ProtobufError,
 * and leaves the target as it was, if it is of another type or has a value that its field does not allow.
 *
 * @example
 * merge(settings, new Settings({ theme: "dark" })).theme; // "dark"
 */
export function merge<M extends AnyMessage>(target: M, source: Immutable<Shape<NoInfer<M>>>): M {
  const info = infoToMerge(target, infoOf(target) as MessageInfo<M> | undefined);
  const { $typeName } = source as AnyMessage;
  if ($typeName !== target.$typeName) {
    throw new ProtobufError(`cannot merge message ${target.$typeName}: expected ${target.$typeName}, got ${$typeName}`);
  }
  const bytes = encode(info, source as unknown as M, { partial: true });
  return decode(info, target, bytes, { bytes: "copy", partial: true, recursionLimit: NO_LIMIT });
}

/** A codec of the target's class. Fails if it has none: protobuf-es makes messages of no class. */
export function infoToMerge<C>({ $typeName }: AnyMessage, codec: C | undefined, kind = "a generated class"): C {
  if (codec !== undefined) return codec;
  throw new ProtobufError(`cannot merge message ${$typeName}: it is not an instance of ${kind}`);
}
