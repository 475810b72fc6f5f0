/**
 * The error that this package throws for bad input: bytes or JSON that cannot be decoded, a message that cannot be
 * encoded, or an argument of the wrong kind. Its message names the field by its proto path and says what was found, for
 * example `cannot decode field shop.v1.Order.items[2].price: truncated message`.
 *
 * @example
 * try {
 *   return Order.fromBinary(bytes);
 * } catch (error) {
 *   if (error instanceof ProtobufError) return refuse(error.message);
 *   throw error;
 * }
 */
export class ProtobufError extends Error {
  override readonly name = "ProtobufError";
}

/** Throws a ProtobufError with the reason only; the caller that knows the field's path prepends it. */
export function fail(reason: string): never {
  throw new ProtobufError(reason);
}
