import { ProtobufError } from "../error.js";
import { Malformed } from "../wire/reader.js";
import { describe, isTooDeep } from "./decode.js";
import { findInvalid } from "./find-invalid.js";
import { locate } from "./locate.js";
import { type AnyMessage, type FieldNames, fieldPath, type NamedType } from "./message-info.js";

/** A search that comes this far without an end has seen most cycles that there are. */
const FAR = 100;

/** Turns the exception that `verb` met in the message, the bytes or the init for it, into a ProtobufError that names the field. */
export function explain(e: unknown, message: AnyMessage, info: FieldNames, verb: string, input?: unknown): unknown {
  if (verb === "decode") return explainDecode(e, message, info, input);
  const isInit = input !== undefined;
  const isDeep = isTooDeep(e);
  const path: string[] = [];
  let reason = isDeep ? "it is nested too deeply" : undefined;
  try {
    reason =
      findInvalid(
        isInit ? input : message,
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

function explainDecode(e: unknown, message: AnyMessage, info: FieldNames, bytes: unknown): unknown {
  const typeName = message.$typeName;
  if (!ArrayBuffer.isView(bytes) || (bytes as Uint8Array).BYTES_PER_ELEMENT !== 1) {
    return new ProtobufError(`cannot decode message ${typeName}: expected a Uint8Array, got ${describe(bytes)}`);
  }
  if (e instanceof Malformed) {
    return new ProtobufError(
      `cannot decode ${fieldPath(typeName, locate(bytes as Uint8Array, info, e.at))}: ${e.reason}`,
    );
  }
  if (isTooDeep(e)) {
    return new ProtobufError(`cannot decode message ${typeName}: it is nested too deeply for the call stack`);
  }
  return e;
}
