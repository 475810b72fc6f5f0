import { setEntry } from "../../codec/map.js";
import { fail } from "../../error.js";
import { enter, type JsonReadContext } from "../context.js";
import { writeBool } from "../scalar/bool.js";
import { writeDouble } from "../scalar/number.js";
import { readString, writeString } from "../scalar/string.js";
import { describeJson, type JsonValue, readArray, readObject } from "../value.js";

// google.protobuf.Struct, Value and ListValue: any JSON.
// Generated code calls writeXJson(m), and readXJson(m, json, o, make) with `make` = { Struct, Value, ListValue }, the
// generated classes. A Struct in a field of another message is a JsonObject: see struct-object.ts.

export interface StructShape {
  fields: { [key: string]: ValueShape };
}

export interface ListValueShape {
  values: ValueShape[];
}

export interface ValueShape {
  kind:
    | { case: "nullValue"; value: number }
    | { case: "numberValue"; value: number }
    | { case: "stringValue"; value: string }
    | { case: "boolValue"; value: boolean }
    | { case: "structValue"; value: StructShape }
    | { case: "listValue"; value: ListValueShape }
    | { case: undefined; value?: undefined };
}

/** The generated classes, to make what is nested. */
export interface StructClasses<S extends StructShape = StructShape> {
  readonly Struct: new () => S;
  readonly Value: new () => ValueShape;
  readonly ListValue: new () => ListValueShape;
}

/**
 * How deep a Struct may nest if no recursionLimit applies, so that a cycle fails with an error and not with a stack
 * overflow.
 */
export const MAX_STRUCT_DEPTH = 1000;

export function writeStructJson(m: StructShape): string {
  return structText(m, 0);
}

export function writeListValueJson(m: ListValueShape): string {
  return listText(m, 0);
}

export function writeValueJson(m: ValueShape): string {
  return valueText(m, 0);
}

function structText(m: StructShape, depth: number): string {
  let text = "";
  for (const key of Object.keys(m.fields)) {
    text += `${text === "" ? "{" : ","}${writeString(key)}:${valueText(m.fields[key]!, depth)}`;
  }
  return text === "" ? "{}" : `${text}}`;
}

function listText(m: ListValueShape, depth: number): string {
  let text = "";
  for (const value of m.values) text += (text === "" ? "[" : ",") + valueText(value, depth);
  return text === "" ? "[]" : `${text}]`;
}

function valueText(m: ValueShape, depth: number): string {
  if (depth > MAX_STRUCT_DEPTH) fail(`maximum depth of ${MAX_STRUCT_DEPTH} reached`);
  switch (m.kind.case) {
    case "nullValue":
      return "null";
    case "numberValue":
      return writeFinite(m.kind.value);
    case "stringValue":
      return writeString(m.kind.value);
    case "boolValue":
      return writeBool(m.kind.value);
    case "structValue":
      return structText(m.kind.value, depth + 1);
    case "listValue":
      return listText(m.kind.value, depth + 1);
    default:
      return fail("google.protobuf.Value must have a value");
  }
}

/** The JSON text of a finite number; a Value holds no other. */
export function writeFinite(v: number): string {
  return Number.isFinite(v) ? writeDouble(v) : fail(`google.protobuf.Value cannot be ${describeJson(v)}`);
}

export function readStructJson<M extends StructShape>(
  m: M,
  json: JsonValue,
  o: JsonReadContext,
  make: StructClasses,
): M {
  enter(o);
  fillStruct(m, json, o, make);
  o.depth--;
  return m;
}

export function readListValueJson<M extends ListValueShape>(
  m: M,
  json: JsonValue,
  o: JsonReadContext,
  make: StructClasses,
): M {
  enter(o);
  fillList(m, json, o, make);
  o.depth--;
  return m;
}

/** Counts two levels: the message Value and the JSON in it. */
export function readValueJson<M extends ValueShape>(m: M, json: JsonValue, o: JsonReadContext, make: StructClasses): M {
  enter(o);
  fillValue(m, json, o, make);
  o.depth--;
  return m;
}

function fillStruct<M extends StructShape>(m: M, json: JsonValue, o: JsonReadContext, make: StructClasses): M {
  const object = readObject(json);
  for (const key of Object.keys(object)) {
    setEntry(m.fields, readString(key), fillValue(new make.Value(), object[key]!, o, make));
  }
  return m;
}

function fillList<M extends ListValueShape>(m: M, json: JsonValue, o: JsonReadContext, make: StructClasses): M {
  for (const item of readArray(json)) m.values.push(fillValue(new make.Value(), item, o, make));
  return m;
}

function fillValue<M extends ValueShape>(m: M, json: JsonValue, o: JsonReadContext, make: StructClasses): M {
  enter(o);
  m.kind = readKind(json, o, make);
  o.depth--;
  return m;
}

function readKind(json: JsonValue, o: JsonReadContext, make: StructClasses): ValueShape["kind"] {
  switch (typeof json) {
    case "number":
    case "bigint": // an integer of many digits: parseJson
      return { case: "numberValue", value: readFinite(Number(json)) };
    case "string":
      return { case: "stringValue", value: readString(json) };
    case "boolean":
      return { case: "boolValue", value: json };
    case "object":
      if (json === null) return { case: "nullValue", value: 0 };
      if (Array.isArray(json)) return { case: "listValue", value: fillList(new make.ListValue(), json, o, make) };
      return { case: "structValue", value: fillStruct(new make.Struct(), json, o, make) };
    default:
      return fail(`expected JSON value, got ${describeJson(json)}`);
  }
}

/** JSON.parse turns 1e400 into Infinity, which could not be written back. */
export function readFinite(json: number): number {
  return Number.isFinite(json) ? json : fail(`google.protobuf.Value cannot be ${describeJson(json)}`);
}
