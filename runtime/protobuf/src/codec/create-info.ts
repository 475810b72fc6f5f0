import { ProtobufError } from "../error.js";
import { Malformed } from "../wire/reader.js";
import { OVERFLOW } from "../wire/writer.js";
import { explain } from "./explain.js";
import type { AnyMessage, FieldNames, MessageInfo, Missing, Read, Write } from "./message-info.js";

/** Creates the codec of a message type, whose errors name the field. */
export function messageInfo<M extends AnyMessage>(
  fields: string,
  read: Read<M>,
  write: Write<M>,
  types?: FieldNames["types"],
  missing?: Missing<M>,
): MessageInfo<M> {
  // `missing` is set even if undefined, despite exactOptionalPropertyTypes: one hidden class for all codecs makes
  // reading it fast
  return { fields, types, size: 0, read, write, missing, explain, copy: OVERFLOW } as MessageInfo<M>;
}

/** The same for optimize=size: its errors name the message, which takes a sixth of the code (bench: size). */
export function smallInfo<M extends AnyMessage>(
  fields: string,
  read: Read<M>,
  write: Write<M>,
  types?: FieldNames["types"],
  missing?: Missing<M>,
): MessageInfo<M> {
  return { fields, types, size: 0, read, write, missing, explain: nameMessage, copy: OVERFLOW } as MessageInfo<M>;
}

function nameMessage(e: unknown, { $typeName }: AnyMessage, _info: FieldNames, verb: string): unknown {
  if (e instanceof ProtobufError && e.message.startsWith("cannot ")) return e;
  const reason = e instanceof Malformed ? e.reason : (e as Error).message;
  return new ProtobufError(`cannot ${verb} message ${$typeName}: ${reason}`, { cause: e });
}
