/** A block cannot be decoded, so the tables of the two sides no longer match (RFC 7541, section 2.2). */
export class HpackError extends Error {
  override readonly name = "HpackError";
}
