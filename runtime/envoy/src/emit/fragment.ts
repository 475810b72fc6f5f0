import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { JsonObject, JsonValue } from "@protoloom/protobuf";
import { Any, Struct } from "@protoloom/protobuf/wkt";
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
 * an invalid fragment, with the path. Merging bytes would be simpler, but 0 and false of proto3 leave no bytes.
 */
export function withFragment<T extends { toJson(options: Json): JsonValue }>(
  schema: DescMessage,
  type: Mergeable<T>,
  message: T,
  fragment: Fragment | undefined,
): T {
  if (fragment === undefined) return message;
  type.fromJson(fragment.json, { registry }); // its errors have the paths of the fragment
  const ours = message.toJson({ registry }) as JsonObject;
  return type.fromJson(merged(schema, ours, fragment.json), { registry });
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
  const packed = messageTypes.get(String(url).slice(String(url).lastIndexOf("/") + 1));
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
