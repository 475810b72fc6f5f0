import { ProtobufError } from "../error.js";
import { isTooDeep } from "./decode.js";
import { findInvalid } from "./find-invalid.js";
import { type AnyMessage, type FieldNames, fieldPath, type NamedType } from "./message-info.js";

/** A search that comes this far without an end has seen most cycles that there are. */
const FAR = 100;

/** Turns the exception that `verb` met in the message, or in the init for it, into a ProtobufError that names the field. */
export function explain(e: unknown, message: AnyMessage, info: FieldNames, verb: string, init?: unknown): unknown {
  const isInit = init !== undefined;
  const isDeep = isTooDeep(e);
  const path: string[] = [];
  let reason = isDeep ? "it is nested too deeply" : undefined;
  try {
    reason =
      findInvalid(
        isInit ? init : message,
        info,
        { isInit, path, around: [] },
        message.constructor as Partial<NamedType>,
      ) ?? reason;
  } catch {
    // The search needs more of the call stack than there is. A caller may have more left, unless it came far enough.
    if (path.length < FAR) return e;
  }
  if (reason !== undefined) {
    const text = `cannot ${verb} ${fieldPath(message.$typeName, path)}: ${reason}`;
    return new ProtobufError(text, isDeep ? { cause: e } : undefined);
  }
  if (e instanceof ProtobufError && !e.message.startsWith("cannot ")) {
    return new ProtobufError(`cannot ${verb} message ${message.$typeName}: ${e.message}`);
  }
  return e;
}
