import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { JsonObject, JsonValue } from "@protoloom/protobuf";
import { Any, Struct } from "@protoloom/protobuf/wkt";
import { TypedStruct } from "../gen/xds/type/v3/typed_struct_pb.js";
import type { Fragment } from "../model/model.js";
import { messageTypes, registry } from "./typed-config.js";

interface Json {
  readonly registry: typeof registry;
}

/** The part of a message class that merging uses. */
interface Mergeable<T> {
  fromJson(json: JsonValue, options: Json): T & { toJson(options: Json): JsonValue };
}

/**
 * Merges a fragment into a message: its fields replace ours, even with 0 or false, and null removes one. Messages are merged
 * field by field, also those of the same type in an Any, maps key by key, and lists are appended. Throws ProtoJSON's error for
 * an invalid fragment, with the path. Bytes would be simpler to merge, but 0 and false of proto3 leave none; and mergeFromJson
 * of the runtime replaces map entries and Anys as a whole, as protobuf has it.
 */
export function withFragment<T extends { toJson(options: Json): JsonValue }>(
  schema: DescMessage,
  type: Mergeable<T>,
  message: T,
  fragment: Fragment | undefined,
): T {
  if (fragment === undefined) return message;
  const theirs = withTypedStructs(fragment.json) as JsonObject;
  type.fromJson(theirs, { registry }); // its errors have the paths of the fragment
  const ours = message.toJson({ registry }) as JsonObject;
  return type.fromJson(merged(schema, ours, theirs), { registry });
}

/**
 * Gives an Any of a type that is not compiled here the form in which Envoy takes it without its schema: an extension such as
 * the Lua filter. https://www.envoyproxy.io/docs/envoy/v1.40.0/xds/type/v3/typed_struct.proto
 */
function withTypedStructs(json: JsonValue): JsonValue {
  if (Array.isArray(json)) return json.map(withTypedStructs);
  if (!isObject(json)) return json;
  const { "@type": url, ...content } = json;
  if (typeof url === "string" && /\/(?!google\.protobuf\.)/.test(url) && typeOf(url) === undefined)
    return { "@type": `type.googleapis.com/${TypedStruct.typeName}`, typeUrl: url, value: content };
  return mapValues(json, withTypedStructs);
}

function typeOf(url: string) {
  return messageTypes.get(url.slice(url.lastIndexOf("/") + 1));
}

function mapValues(json: JsonObject, change: (value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, change(value)]));
}

function merged(schema: DescMessage, ours: JsonObject, theirs: JsonObject): JsonObject {
  const result = { ...ours };
  for (const [key, value] of Object.entries(theirs)) {
    const field = schema.fields.find(({ name, jsonName }) => key === jsonName || key === name)!;
    const own = result[field.jsonName];
    if (value === null) {
      delete result[field.jsonName];
      continue;
    }
    for (const { jsonName } of field.oneof?.fields ?? []) delete result[jsonName];
    result[field.jsonName] = own === undefined ? value : mergedField(field, own, value);
  }
  return result;
}

function mergedField(field: DescField, ours: JsonValue, theirs: JsonValue): JsonValue {
  if (Array.isArray(ours) && Array.isArray(theirs)) return [...ours, ...theirs];
  if (!isObject(ours) || !isObject(theirs)) return theirs;
  if (field.fieldKind === "message") return mergedMessage(field.message, ours, theirs);
  if (field.fieldKind !== "map") return theirs;
  const of = field.mapKind === "message" ? field.message : undefined;
  return mergedKeys(ours, theirs, (own, value) =>
    of && isObject(own) && isObject(value) ? mergedMessage(of, own, value) : value,
  );
}

function mergedMessage(schema: DescMessage, ours: JsonObject, theirs: JsonObject): JsonObject {
  if (schema.typeName === Struct.typeName) return mergedKeys(ours, theirs, (_, value) => value);
  if (schema.typeName !== Any.typeName) return merged(schema, ours, theirs);
  const { "@type": url, ...content } = theirs;
  const packed = typeOf(String(url));
  return packed === undefined || url !== ours["@type"] ? theirs : merged(packed.schema, ours, content);
}

function mergedKeys(
  ours: JsonObject,
  theirs: JsonObject,
  merge: (ours: JsonValue, theirs: JsonValue) => JsonValue,
): JsonObject {
  const added = Object.entries(theirs).map(([key, value]): [string, JsonValue] => [
    key,
    Object.hasOwn(ours, key) ? merge(ours[key]!, value) : value,
  ]);
  return { ...ours, ...Object.fromEntries(added) };
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
