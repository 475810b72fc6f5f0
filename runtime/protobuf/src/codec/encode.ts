import { type Bytes, OVERFLOW, writeInto, writeMessage } from "../wire/writer.js";
import { requireAll } from "./decode.js";
import type { AnyMessage, MessageInfo } from "./message-info.js";

/** Options for encoding binary data. */
export interface BinaryWriteOptions {
  /** Write the unknown fields of `$unknown`, extensions among them. Default true. */
  writeUnknownFields?: boolean;
  /** Sort map entries by key, so that equal messages give equal bytes in this version. */
  deterministic?: boolean;
  /** Encode a message even if required fields are unset. Default false. */
  partial?: boolean;
}

/**
 * Encodes the message. Throws a ProtobufError with the field's path if a value has the wrong type or is out of range,
 * or if a required field is unset.
 *
 * A small result is a view of a larger, shared ArrayBuffer, like Node's small Buffers. Use `bytes.slice()` where you
 * need an ArrayBuffer of the exact size, for example to transfer it.
 */
export function encode<M extends AnyMessage>(info: MessageInfo<M>, message: M, options?: BinaryWriteOptions): Bytes {
  try {
    requireAll(info, message, "encode", options);
    return writeMessage(
      info.write,
      message,
      info,
      options?.deterministic === true,
      options?.writeUnknownFields !== false,
    );
  } catch (e) {
    throw info.explain(e, message, info, "encode");
  }
}

/**
 * Whether a codec belongs to this copy of the package, so that `encode`, `encodeInto` and `decodeRange` can run it. A process has
 * two copies if its dependencies do, or if a bundler takes in one of them.
 */
export function isOwnCodec({ copy }: { readonly copy: unknown }): boolean {
  return copy === OVERFLOW;
}

/**
 * Encodes the message at a position of `target`, with `view` over the same memory. Returns the position after it, or -1 if
 * it may not fit: then some of it is written. Fails like `encode`.
 */
export function encodeInto<M extends AnyMessage>(
  info: MessageInfo<M>,
  message: M,
  target: Uint8Array,
  view: DataView,
  position: number,
): number {
  try {
    requireAll(info, message, "encode");
    return writeInto(info.write, message, info, target, view, position);
  } catch (e) {
    throw info.explain(e, message, info, "encode");
  }
}
