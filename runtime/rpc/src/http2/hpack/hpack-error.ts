/** A block that cannot be decoded: the tables of both sides differ from here on (RFC 7541, section 2.2). */
export class HpackError extends Error {
  override readonly name = "HpackError";
}
