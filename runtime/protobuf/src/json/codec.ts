import { isTooDeep, requireAll } from "../codec/decode.js";
import { type AnyMessage, fieldPath, type MessageInfo } from "../codec/message-info.js";
import { ProtobufError } from "../error.js";
import { JsonReadContext, JsonWriteContext, readContext, writeContext } from "./context.js";
import type { JsonReadOptions, JsonWriteOptions, JsonWriteStringOptions } from "./options.js";
import { type ParseJson, parseText, parseTree } from "./text/reader.js";
import { indentJson, parseJson } from "./text/tree-of-text.js";
import { failingField } from "./tree/failing-field.js";
import type { JsonFields } from "./tree/fields.js";
import { PathError } from "./tree/path.js";
import type { JsonTable } from "./tree/table.js";
import type { JsonValue } from "./value.js";

/** Reads JSON into the message and returns it. */
type ReadJson<M> = (m: M, json: JsonValue, o: JsonReadContext) => M;

/** The JSON text of the message. */
type WriteJson<M> = (m: M, o: JsonWriteContext) => string;

/**
 * The JSON codec of a message type, which a message finds through its class. `parse`, if present, reads text without
 * building a tree.
 */
export interface MessageJson<M> {
  read(m: M, json: JsonValue, o: JsonReadContext): M;
  write(m: M, o: JsonWriteContext): string;
  parse?(m: M, o: JsonReadContext): M;
  /** The fields, if the JSON is an object with them: outside the compact form, and in it. */
  readonly fields?: { readonly table: JsonTable };
  readonly table?: JsonTable;
}

/** The codec of a message with a JSON form of its own. */
export function messageJson<M>(read: ReadJson<M>, write: WriteJson<M>): MessageJson<M> {
  return { read, write };
}

/** The codec of a message that is a JSON object with its fields. */
class FieldsJson<M extends AnyMessage> implements MessageJson<M> {
  declare readonly fields: JsonFields<M>;
  declare readonly write: WriteJson<M>;
  declare readonly parse: ParseJson<M>;

  constructor(fields: JsonFields<M>, write: WriteJson<M>, parse: ParseJson<M> | undefined) {
    this.fields = fields;
    this.write = write;
    this.parse = parse!; // set even if undefined, despite exactOptionalPropertyTypes
  }

  read(m: M, json: JsonValue, o: JsonReadContext): M {
    return this.fields.read(m, json, o);
  }
}

export function fieldsJson<M extends AnyMessage>(
  fields: JsonFields<M>,
  write: WriteJson<M>,
  parse?: ParseJson<M>,
): MessageJson<M> {
  return new FieldsJson(fields, write, parse);
}

/** Reads a message from parsed JSON. Throws a ProtobufError with the field's path in JSON names. */
export function fromJson<M extends AnyMessage>(
  codec: Pick<MessageJson<M>, "read">,
  info: MessageInfo<M>,
  message: M,
  json: JsonValue,
  options?: JsonReadOptions,
): M {
  const o = readContext(options);
  if (o === options) return codec.read(message, json, o); // within an Any, whose reader adds the explanation
  try {
    codec.read(message, json, o);
  } catch (e) {
    throw explainRead(e, message.$typeName);
  }
  requireAll(info, message, "decode");
  return message;
}

/** Reads a message from JSON text. */
export function fromJsonString<M extends AnyMessage>(
  codec: Pick<MessageJson<M>, "read">,
  info: MessageInfo<M>,
  message: M,
  text: string,
  options?: JsonReadOptions,
): M {
  let json: JsonValue;
  try {
    json = parseJson(text);
  } catch (e) {
    throw explainRead(e, message.$typeName);
  }
  return fromJson(codec, info, message, json, options);
}

/** Reads a message from JSON text: without a tree if possible, otherwise like fromJsonString. */
export function fromJsonText<M extends AnyMessage>(
  fields: Pick<MessageJson<M>, "read">,
  parse: ParseJson<M>,
  info: MessageInfo<M>,
  message: M,
  text: string,
  options?: JsonReadOptions,
): M {
  if (!parseText(text, parse, message, new JsonReadContext(options))) {
    return fromJsonString(fields, info, new (message.constructor as new () => M)(), text, options);
  }
  requireAll(info, message, "decode");
  return message;
}

/** Reads a message of another file from JSON text at the cursor. Its codec may have another form. */
export function parseMessage<M>(codec: MessageJson<M>, message: M, o: JsonReadContext): M {
  return codec.parse === undefined ? codec.read(message, parseTree(), o) : codec.parse(message, o);
}

/** The message as a JSON value. */
export function toJson<M extends AnyMessage>(
  codec: Pick<MessageJson<M>, "write">,
  info: MessageInfo<M>,
  message: M,
  options?: JsonWriteOptions,
): JsonValue {
  return JSON.parse(toJsonString(codec, info, message, options)) as JsonValue;
}

/** Called by JSON.stringify. It does not fail for a google.protobuf.Any, whose type it cannot know. */
export function toJSON<M extends AnyMessage>(
  codec: Pick<MessageJson<M>, "write">,
  info: MessageInfo<M>,
  message: M,
): JsonValue {
  return toJson(codec, info, message, new JsonWriteContext(undefined, true));
}

/** The message as JSON text. */
export function toJsonString<M extends AnyMessage>(
  codec: Pick<MessageJson<M>, "write">,
  info: MessageInfo<M>,
  message: M,
  options?: JsonWriteStringOptions,
): string {
  try {
    requireAll(info, message, "encode");
    const text = codec.write(message, writeContext(options));
    return options?.prettySpaces ? indentJson(text, options.prettySpaces) : text;
  } catch (e) {
    throw explainWrite(e, codec, info, message, options);
  }
}

function explainWrite<M extends AnyMessage>(
  e: unknown,
  codec: Pick<MessageJson<M>, "write">,
  info: MessageInfo<M>,
  message: M,
  options: JsonWriteOptions | undefined,
): unknown {
  const explained = info.explain(e, message, info, "encode to JSON");
  const isInside = options instanceof JsonWriteContext && options.anys > 0;
  if (!(e instanceof ProtobufError) || isInside) return explained;
  const fails = (m: AnyMessage): boolean => {
    try {
      codec.write(m as M, writeContext(options));
      return false;
    } catch {
      return true;
    }
  };
  const path = failingField(message, info, fails);
  if (path.length === 0 || /^cannot encode to JSON field/.test((explained as Error).message)) return explained;
  return new ProtobufError(`cannot encode to JSON ${fieldPath(message.$typeName, path)}: ${e.message}`);
}

export function explainRead(e: unknown, typeName: string): unknown {
  if (e instanceof PathError) {
    return new ProtobufError(`cannot decode field ${typeName}.${e.path()} from JSON: ${e.message}`);
  }
  if (e instanceof ProtobufError) return new ProtobufError(`cannot decode message ${typeName} from JSON: ${e.message}`);
  if (isTooDeep(e)) {
    return new ProtobufError(`cannot decode message ${typeName} from JSON: it is nested too deeply for the call stack`);
  }
  return e;
}
