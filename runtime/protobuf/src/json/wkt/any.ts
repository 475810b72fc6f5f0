import { setEntry } from "../../codec/map.js";
import { fail } from "../../error.js";
import { enter, type JsonReadContext, type JsonWriteContext } from "../context.js";
import type { MessageClass, Registry } from "../options.js";
import { writeBytes } from "../scalar/bytes.js";
import { writeString } from "../scalar/string.js";
import { describeJson, type JsonObject, type JsonValue, readObject } from "../value.js";

// google.protobuf.Any: the JSON of the message inside, with its type URL under "@type". Types with their own JSON form
// go under "value". Generated code calls writeAnyJson(m, o) and readAnyJson(m, json, o). They use fromBinary(bytes) and
// fromJson(json, o) of the class in o.registry, and toBinary() and toJsonString(o) of its instances. `o` is their own
// context, which readContext and writeContext pass on, so that depth is counted through an Any.

/** A serialized message and its type URL; the type name follows the last "/". */
export interface AnyShape {
  typeUrl: string;
  value: Uint8Array;
}

/** A generated message. If a field has the name of a method, the method gets a "$" suffix. */
export type Encodable = { toBinary(): Uint8Array } | { toBinary$(): Uint8Array };

/** The message in binary. */
export function encodeInside(message: Encodable): Uint8Array {
  return "toBinary$" in message ? message.toBinary$() : message.toBinary();
}

type JsonEncodable =
  | { toJsonString(options: JsonWriteContext): string }
  | { toJsonString$(options: JsonWriteContext): string };

function encodeInsideToJson(message: JsonEncodable, o: JsonWriteContext): string {
  return "toJsonString$" in message ? message.toJsonString$(o) : message.toJsonString(o);
}

const DEFAULT_PREFIX = "type.googleapis.com/";

/** Each level decodes all levels below it again. */
const MAX_NESTED_ANYS = 100;

export function writeAnyJson(m: AnyShape, o: JsonWriteContext): string {
  if (m.typeUrl === "") return "{}";
  if (++o.anys > MAX_NESTED_ANYS) fail(`maximum depth of ${MAX_NESTED_ANYS} google.protobuf.Any reached`);
  const type = o.registry?.getMessage(typeUrlToName(m.typeUrl)) ?? unknownType(m, o);
  if (typeof type === "string") return type;
  const inside = encodeInsideToJson(type.fromBinary(m.value) as JsonEncodable, o);
  o.anys--;
  const typeEntry = `"@type":${writeString(m.typeUrl)}`;
  if (hasJsonForm(type.typeName)) return `{"value":${inside},${typeEntry}}`;
  return inside === "{}" ? `{${typeEntry}}` : `${inside.slice(0, -1)},${typeEntry}}`;
}

/** Only JSON.stringify, which has no registry and must not fail, writes the bytes of a type that is not known. */
function unknownType({ typeUrl, value }: AnyShape, o: JsonWriteContext): string {
  if (!o.isAnyOpaque) return findType(undefined, typeUrl) as never;
  o.anys--;
  return `{"@type":${writeString(typeUrl)},"value":${writeBytes(value)}}`;
}

export function readAnyJson<M extends AnyShape>(m: M, json: JsonValue, o: JsonReadContext): M {
  enter(o);
  const object = readObject(json);
  if (Object.keys(object).length > 0) fillAny(m, object, o);
  o.depth--;
  return m;
}

function fillAny(m: AnyShape, json: JsonObject, o: JsonReadContext): void {
  const typeUrl = Object.hasOwn(json, "@type") ? json["@type"]! : "";
  if (typeof typeUrl !== "string" || typeUrl === "") fail(`expected "@type", got ${describeJson(typeUrl)}`);
  const type = findType(o.registry, typeUrl);
  if (!type.fromJson) fail(`message ${type.typeName} was generated without JSON`);
  const inside = hasJsonForm(type.typeName) && Object.hasOwn(json, "value") ? json.value! : withoutType(json);
  m.value = encodeInside(type.fromJson(inside, o) as Encodable);
  m.typeUrl = typeUrl.includes("/") ? typeUrl : DEFAULT_PREFIX + typeUrl;
}

function withoutType(json: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const key of Object.keys(json)) {
    if (key !== "@type") setEntry(copy, key, json[key]!);
  }
  return copy;
}

function findType(registry: Registry | undefined, typeUrl: string): MessageClass {
  const typeName = typeUrlToName(typeUrl);
  if (typeName === "") return fail(`type URL ${describeJson(typeUrl)} has no type name`);
  return registry?.getMessage(typeName) ?? fail(`${typeUrl} is not in the type registry`);
}

/** The full proto name in a type URL. */
export function typeUrlToName(typeUrl: string): string {
  return typeUrl.slice(typeUrl.lastIndexOf("/") + 1);
}

/** Whether the type has its own JSON form, other than an object with its fields. */
function hasJsonForm(typeName: string): boolean {
  const prefix = "google.protobuf.";
  return typeName.startsWith(prefix) && jsonForms.has(typeName.slice(prefix.length));
}

const jsonForms: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "Any",
  "Timestamp",
  "Duration",
  "FieldMask",
  "Struct",
  "Value",
  "ListValue",
  "DoubleValue",
  "FloatValue",
  "Int64Value",
  "UInt64Value",
  "Int32Value",
  "UInt32Value",
  "BoolValue",
  "StringValue",
  "BytesValue",
]);
