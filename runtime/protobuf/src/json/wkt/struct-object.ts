import { setEntry } from "../../codec/map.js";
import { fail } from "../../error.js";
import { enter, type JsonReadContext } from "../context.js";
import { writeBool } from "../scalar/bool.js";
import { readString, writeString } from "../scalar/string.js";
import { describeJson, type JsonObject, type JsonValue, readArray, readObject } from "../value.js";
import {
  MAX_STRUCT_DEPTH,
  readFinite,
  type StructClasses,
  type StructShape,
  type ValueShape,
  writeFinite,
} from "./struct.js";

// A google.protobuf.Struct in a field of any message but Value is a JsonObject, singular and in oneofs, lists and maps.
// Generated code calls writeStructObject(object), readStructObject(json, o), and, around the binary codec of
// the class, structFromJson(object, make) and structToJson(struct).

/** The JSON text of a JsonObject; fails if it contains something that JSON cannot express, or nests too deep. */
export function writeStructObject(object: JsonObject): string {
  return objectText(object, 0);
}

/** A copy of the JSON object. */
export function readStructObject(json: JsonValue, o: JsonReadContext): JsonObject {
  enter(o);
  const object: JsonObject = {};
  copyEntries(object, json, o);
  o.depth--;
  return object;
}

/** The message with the object's entries. Anything that is not JSON becomes a Value without a kind. */
export function structFromJson<S extends StructShape>(object: JsonObject, make: StructClasses<S>): S {
  return toStruct(object, make, 0);
}

/** The object with the entries of the message. A Value without a kind becomes null. */
export function structToJson(struct: StructShape): JsonObject {
  return fromStruct(struct, 0);
}

function objectText(object: JsonObject, depth: number): string {
  let text = "";
  for (const key of Object.keys(readObject(object))) {
    text += `${text === "" ? "{" : ","}${writeString(key)}:${jsonText(object[key]!, depth)}`;
  }
  return text === "" ? "{}" : `${text}}`;
}

function arrayText(array: JsonValue[], depth: number): string {
  let text = "";
  for (const item of array) text += (text === "" ? "[" : ",") + jsonText(item, depth);
  return text === "" ? "[]" : `${text}]`;
}

function jsonText(json: JsonValue, depth: number): string {
  checkDepth(depth);
  switch (typeof json) {
    case "number":
      return writeFinite(json);
    case "string":
      return writeString(json);
    case "boolean":
      return writeBool(json);
    case "object":
      if (json === null) return "null";
      return Array.isArray(json) ? arrayText(json, depth + 1) : objectText(json, depth + 1);
    default:
      return fail(`expected JSON value, got ${describeJson(json)}`);
  }
}

function copyEntries(target: JsonObject, json: JsonValue, o: JsonReadContext): JsonObject {
  const source = readObject(json);
  for (const key of Object.keys(source)) setEntry(target, readString(key), copyJson(source[key]!, o));
  return target;
}

function copyJson(json: JsonValue, o: JsonReadContext): JsonValue {
  enter(o);
  const copy = copyKind(json, o);
  o.depth--;
  return copy;
}

function copyKind(json: JsonValue, o: JsonReadContext): JsonValue {
  switch (typeof json) {
    case "number":
    case "bigint": // an integer of many digits: parseJson
      return readFinite(Number(json));
    case "string":
      return readString(json);
    case "boolean":
      return json;
    case "object":
      if (json === null) return null;
      return Array.isArray(json) ? readArray(json).map((item) => copyJson(item, o)) : copyEntries({}, json, o);
    default:
      return fail(`expected JSON value, got ${describeJson(json)}`);
  }
}

function toStruct<S extends StructShape>(object: JsonObject, make: StructClasses<S>, depth: number): S {
  const struct = new make.Struct();
  for (const key of Object.keys(readObject(object))) setEntry(struct.fields, key, toValue(object[key]!, make, depth));
  return struct;
}

function toValue(json: JsonValue, make: StructClasses, depth: number): ValueShape {
  checkDepth(depth);
  const value = new make.Value();
  value.kind = toKind(json, make, depth);
  return value;
}

function toKind(json: JsonValue, make: StructClasses, depth: number): ValueShape["kind"] {
  switch (typeof json) {
    case "number":
      return { case: "numberValue", value: json };
    case "string":
      return { case: "stringValue", value: json };
    case "boolean":
      return { case: "boolValue", value: json };
    case "object": {
      if (json === null) return { case: "nullValue", value: 0 };
      if (!Array.isArray(json)) return { case: "structValue", value: toStruct(json, make, depth + 1) };
      const list = new make.ListValue();
      for (const item of json) list.values.push(toValue(item, make, depth + 1));
      return { case: "listValue", value: list };
    }
    default:
      return { case: undefined };
  }
}

function fromStruct(struct: StructShape, depth: number): JsonObject {
  const object: JsonObject = {};
  for (const key of Object.keys(struct.fields)) setEntry(object, key, fromValue(struct.fields[key]!, depth));
  return object;
}

function fromValue({ kind }: ValueShape, depth: number): JsonValue {
  checkDepth(depth);
  switch (kind.case) {
    case "structValue":
      return fromStruct(kind.value, depth + 1);
    case "listValue":
      return kind.value.values.map((item) => fromValue(item, depth + 1));
    case "nullValue":
    case undefined:
      return null;
    default:
      return kind.value;
  }
}

function checkDepth(depth: number): void {
  if (depth > MAX_STRUCT_DEPTH) fail(`maximum depth of ${MAX_STRUCT_DEPTH} reached`);
}
