import { fail } from "../../error.js";
import { enter, type JsonReadContext } from "../context.js";
import { writeString } from "../scalar/string.js";
import { describeJson, type JsonValue } from "../value.js";

// google.protobuf.FieldMask: the paths in lowerCamelCase, joined by commas.
// Generated code calls writeFieldMaskJson(m) and readFieldMaskJson(m, json, o).

/** Paths in snake_case. */
export interface FieldMaskShape {
  paths: string[];
}

export function writeFieldMaskJson(m: FieldMaskShape): string {
  return writeString(m.paths.map(camelPath).join(","));
}

export function readFieldMaskJson<M extends FieldMaskShape>(m: M, json: JsonValue, o: JsonReadContext): M {
  enter(o);
  if (typeof json !== "string") fail(`expected field mask, got ${describeJson(json)}`);
  if (json !== "") m.paths = json.split(",").map(snakePath);
  o.depth--;
  return m;
}

/** Paths that would not survive a round trip, such as "foo__bar", "fooBar", "a,b" or "", must not be written. */
function camelPath(path: string): string {
  const camel = protoCamelCase(path);
  if (path === "" || path.includes(",")) fail(`expected a path, got ${describeJson(path)}`);
  if (protoSnakeCase(camel) !== path) fail(`path ${describeJson(path)} has no reversible lowerCamelCase`);
  return camel;
}

function snakePath(path: string): string {
  if (path.includes("_")) fail(`expected path in lowerCamelCase, got ${describeJson(path)}`);
  return protoSnakeCase(path);
}

/** The lowerCamelCase of a snake_case name, as protoc makes JSON names: a letter after "_" becomes a capital. */
export function protoCamelCase(name: string): string {
  return name.replace(/_+([^_]?)/g, (_, next: string) => next.toUpperCase());
}

function protoSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
