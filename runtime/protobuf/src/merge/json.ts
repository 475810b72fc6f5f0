import { requireAll } from "../codec/decode.js";
import { setEntry } from "../codec/map.js";
import { type AnyMessage, infoOf } from "../codec/message-info.js";
import { isPlain } from "../codec/object.js";
import { explainRead, type MessageJson } from "../json/codec.js";
import { type JsonReadContext, readContext } from "../json/context.js";
import type { JsonReadOptions } from "../json/options.js";
import { parseJson } from "../json/text/tree-of-text.js";
import type { JsonField } from "../json/tree/table.js";
import type { JsonValue } from "../json/value.js";
import { infoToMerge } from "./message.js";

/**
 * Reads parsed ProtoJSON into the target, which it returns. A key replaces a scalar, also by zero; messages merge, lists
 * are appended, map entries are replaced by key, and a oneof takes the case of the JSON. `null` unsets a field that is
 * not a list or a map.
 *
 * Throws a ProtobufError with the field's path if the JSON does not fit, and leaves the target as it was; it throws, too,
 * if a required field is unset after all.
 *
 * @example
 * mergeFromJson(settings, { theme: "dark", recent: ["a.proto"] });
 */
export function mergeFromJson<M extends AnyMessage>(target: M, json: JsonValue, options?: JsonReadOptions): M {
  return mergeRead(target, () => json, options);
}

/** The same from JSON text, in which duplicate keys are errors. */
export function mergeFromJsonString<M extends AnyMessage>(target: M, text: string, options?: JsonReadOptions): M {
  return mergeRead(target, () => parseJson(text), options);
}

function mergeRead<M extends AnyMessage>(target: M, parse: () => JsonValue, options: JsonReadOptions | undefined): M {
  const codec = infoToMerge(target, jsonOf(target), "a class with JSON methods");
  const o = readContext(options);
  const read = new (target.constructor as new () => M)();
  let json: JsonValue;
  try {
    json = parse();
    codec.read(read, json, o);
  } catch (e) {
    throw explainRead(e, target.$typeName);
  }
  mergeMessage(codec, target, read, json, o);
  requireAll(infoOf(target), target, "decode");
  return target;
}

function jsonOf<M extends AnyMessage>(message: M): MessageJson<M> | undefined {
  return (message.constructor as { readonly $json?: MessageJson<M> }).$json;
}

// biome-ignore lint/suspicious/noExplicitAny: the properties of a message whose class is not known here
type Properties = Record<string, any>;

/** Merges a message into another of its class; it was read from the JSON, which tells the fields that are set. */
function mergeMessage<M extends AnyMessage>(
  codec: MessageJson<M>,
  to: M,
  from: M,
  json: JsonValue,
  o: JsonReadContext,
): void {
  const table = codec.table ?? codec.fields?.table;
  if (table === undefined) {
    mergeSpecial(to, from);
    return;
  }
  for (const [key, value] of Object.entries(json as object) as [string, JsonValue][]) {
    const field = table.names.get(key);
    if (field !== undefined && !isSkipped(field, value, o)) mergeField(field, to, from, value, o);
  }
  if (from.$unknown !== undefined) to.$unknown = [...(to.$unknown ?? []), ...from.$unknown]; // extensions
}

/** A well-known type with its own JSON: an object, a list, or a single value. */
function mergeSpecial(to: Properties, from: Properties): void {
  if (to.$typeName === "google.protobuf.Struct") setEntries(to.fields, from.fields);
  else if (to.$typeName === "google.protobuf.ListValue") append(to.values, from.values);
  else Object.assign(to, from);
}

function setEntries(to: Properties, from: object): void {
  for (const [key, value] of Object.entries(from)) setEntry(to, key, value);
}

function append(to: unknown[], from: readonly unknown[]): void {
  for (const item of from) to.push(item);
}

/** Whether it is the name of no enum value, which the option ignoreUnknownFields skips. */
function isSkipped({ kind, isEnum, read }: JsonField, value: JsonValue, o: JsonReadContext): boolean {
  const isSingle = kind === "singular" || kind === "oneof";
  return isSingle && isEnum && typeof value === "string" && read(value, o) === undefined;
}

function mergeField(field: JsonField, to: Properties, from: Properties, json: JsonValue, o: JsonReadContext): void {
  const { kind, key, oneof, takesNull } = field;
  const isNull = json === null && !takesNull;
  if (kind === "oneof") {
    const { [oneof]: now } = to;
    const { [oneof]: next } = from;
    if (isNull ? now.case !== key : next.case === now.case && mergeInside(now.value, next.value, json, o)) return;
    to[oneof] = isNull ? new (to.constructor as new () => Properties)()[oneof] : next;
  } else if (kind === "singular") {
    if (isNull || !mergeInside(to[key], from[key], json, o)) to[key] = from[key];
  } else if (!isNull) {
    if (kind === "list") append(to[key], from[key]);
    else setEntries(to[key], from[key]);
  }
}

/** Merges values that are messages of generated classes or, for a Struct, JSON objects, and says whether they are. */
function mergeInside(to: unknown, from: unknown, json: JsonValue, o: JsonReadContext): boolean {
  if (!isObject(to) || !isObject(from)) return false;
  if (isPlain(to)) {
    setEntries(to, from);
    return true;
  }
  const codec = "$typeName" in to ? jsonOf(to as unknown as AnyMessage) : undefined;
  if (codec === undefined) return false;
  mergeMessage(codec, to as unknown as AnyMessage, from as unknown as AnyMessage, json, o);
  return true;
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null;
}
