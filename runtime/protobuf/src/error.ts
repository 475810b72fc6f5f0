/**
 * The one error that this package throws for bad input: bytes or JSON that cannot be decoded, a message that cannot
 * be encoded, an argument of the wrong kind. Its message names the field by its proto name and path, and says what was
 * found, for example `cannot decode field shop.v1.Order.items[2].price: truncated message`.
 */
export class ProtobufError extends Error {
  override readonly name = "ProtobufError";
}

/** Throws a ProtobufError that carries just the reason: whoever knows the field's path puts it in front. */
export function fail(reason: string): never {
  throw new ProtobufError(reason);
}
