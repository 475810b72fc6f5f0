import { type Missing, requireAll } from "../codec/decode.js";
import { explainEncode } from "../codec/encode.js";
import { type AnyMessage, fieldPath, type MessageInfo } from "../codec/message-info.js";
import { ProtobufError } from "../error.js";
import { failingField } from "./failing-field.js";
import {
  JsonReadContext,
  type JsonReadOptions,
  JsonWriteContext,
  type JsonWriteOptions,
  type JsonWriteStringOptions,
  readContext,
  writeContext,
} from "./options.js";
import { PathError } from "./path.js";
import { indentJson, parseJson } from "./text.js";
import { type ParseJson, parseText } from "./text-reader.js";
import type { JsonValue } from "./value.js";

/** Reads JSON into the message and returns it. */
export type ReadJson<M> = (m: M, json: JsonValue, o: JsonReadContext) => M;

/** The JSON text of the message. */
export type WriteJson<M> = (m: M, o: JsonWriteContext) => string;

/** Reads a message from parsed JSON. Throws ProtobufError with the path of the field, as JSON has it. */
export function fromJson<M extends AnyMessage>(
  read: ReadJson<M>,
  message: M,
  json: JsonValue,
  options: JsonReadOptions | undefined,
  missing?: Missing<M>,
): M {
  const o = readContext(options);
  if (o === options) return read(message, json, o); // within an Any, whose reader explains
  try {
    read(message, json, o);
  } catch (e) {
    throw explain(e, message.$typeName);
  }
  if (missing !== undefined) requireAll(missing, message, "decode");
  return message;
}

/** Reads a message from JSON text. */
export function fromJsonString<M extends AnyMessage>(
  read: ReadJson<M>,
  message: M,
  text: string,
  options: JsonReadOptions | undefined,
  missing?: Missing<M>,
): M {
  let json: JsonValue;
  try {
    json = parseJson(text);
  } catch (e) {
    throw explain(e, message.$typeName);
  }
  return fromJson(read, message, json, options, missing);
}

/** Reads a message from JSON text: without a tree where that goes, and otherwise like fromJsonString. */
export function fromJsonText<M extends AnyMessage>(
  parse: ParseJson<M>,
  read: ReadJson<M>,
  message: M,
  text: string,
  options: JsonReadOptions | undefined,
  missing?: Missing<M>,
): M {
  if (!parseText(text, parse, message, new JsonReadContext(options))) {
    return fromJsonString(read, new (message.constructor as new () => M)(), text, options, missing);
  }
  if (missing !== undefined) requireAll(missing, message, "decode");
  return message;
}

/** The message as a JSON value. */
export function toJson<M extends AnyMessage>(
  write: WriteJson<M>,
  message: M,
  info: MessageInfo,
  options: JsonWriteOptions | undefined,
  missing?: Missing<M>,
): JsonValue {
  return JSON.parse(toJsonString(write, message, info, options, missing)) as JsonValue;
}

/** The message as JSON text. */
export function toJsonString<M extends AnyMessage>(
  write: WriteJson<M>,
  message: M,
  info: MessageInfo,
  options: JsonWriteStringOptions | undefined,
  missing?: Missing<M>,
): string {
  if (missing !== undefined) requireAll(missing, message, "encode");
  try {
    const text = write(message, writeContext(options));
    return options?.prettySpaces ? indentJson(text, options.prettySpaces) : text;
  } catch (e) {
    throw explainWrite(e, write, message, info, options);
  }
}

function explainWrite<M extends AnyMessage>(
  e: unknown,
  write: WriteJson<M>,
  message: M,
  info: MessageInfo,
  options: JsonWriteOptions | undefined,
): unknown {
  const explained = explainEncode(e, message, info, "encode to JSON");
  if (!(e instanceof ProtobufError) || options instanceof JsonWriteContext) return explained;
  const fails = (m: AnyMessage): boolean => {
    try {
      write(m as M, writeContext(options));
      return false;
    } catch {
      return true;
    }
  };
  const path = failingField(message, info, fails);
  if (path.length === 0 || /^cannot encode to JSON field/.test((explained as Error).message)) return explained;
  return new ProtobufError(`cannot encode to JSON ${fieldPath(message.$typeName, path)}: ${e.message}`);
}

function explain(e: unknown, typeName: string): unknown {
  if (e instanceof PathError) {
    return new ProtobufError(`cannot decode field ${typeName}.${e.path()} from JSON: ${e.message}`);
  }
  if (e instanceof ProtobufError) return new ProtobufError(`cannot decode message ${typeName} from JSON: ${e.message}`);
  if (e instanceof RangeError) {
    return new ProtobufError(`cannot decode message ${typeName} from JSON: it is nested too deeply for the call stack`);
  }
  return e;
}
