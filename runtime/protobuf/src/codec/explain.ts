import { ProtobufError } from "../error.js";
import { Malformed } from "../wire/reader.js";
import { isTooDeep } from "./decode.js";
import { findInvalid, invalidScalar } from "./find-invalid.js";
import { locate } from "./locate.js";
import { type AnyMessage, type FieldNames, fieldPath, type NamedType } from "./message-info.js";

/** A search that comes this far without an end has seen most cycles that there are. */
const FAR = 100;

/** Turns the exception that `verb` met in the message, the bytes or the init for it, into a ProtobufError that names the field. */
export function explain(e: unknown, message: AnyMessage, info: FieldNames, verb: string, input?: unknown): unknown {
  // An init that nests too deeply was explained where the stack had room again; its path begins there.
  if (e instanceof ProtobufError && e.cause !== undefined) return e;
  const isInit = input !== undefined;
  const isDeep = isTooDeep(e);
  const path: string[] = [];
  let reason = isDeep ? "it is nested too deeply" : undefined;
  if (verb === "decode") {
    const unlike = invalidScalar("L", input);
    if (unlike !== undefined) {
      reason = unlike;
    } else if (e instanceof Malformed) {
      reason = e.reason;
      locate(info, e.at, path);
    } else if (isDeep) reason += " for the call stack";
  } else {
    try {
      const search = { isInit, path, around: [] };
      reason = findInvalid(isInit ? input : message, info, search, message.constructor as Partial<NamedType>) ?? reason;
    } catch {
      // The search needs more of the call stack than there is. A caller may have more left, unless it came far enough.
      if (path.length < FAR) return e;
    }
  }
  if (e instanceof ProtobufError && !e.message.startsWith("cannot ")) reason ??= e.message;
  if (reason === undefined) return e;
  const text = `cannot ${verb} ${fieldPath(message.$typeName, path)}: ${reason}`;
  return new ProtobufError(text, isDeep ? { cause: e } : undefined);
}
