import { Code } from "../call/code.js";
import type { Codec, JsonCodec } from "../call/codec.js";
import type { Method } from "../call/method.js";
import { localError } from "../call/status-error.js";

/** The JSON codec of a message of a method. Throws UNIMPLEMENTED if its code was generated without JSON. */
export function jsonOf({ path }: Method, { json, typeName }: Codec<unknown>): JsonCodec<unknown> {
  if (json !== undefined) return json;
  throw localError(
    path,
    Code.Unimplemented,
    `${typeName} has no JSON: its code was generated with another option json`,
  );
}
