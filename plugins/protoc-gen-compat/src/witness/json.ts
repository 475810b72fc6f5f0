import { fromBinary, fromJson, type JsonObject, type JsonValue, toBinary, toJson } from "@bufbuild/protobuf";
import { base64Decode, base64Encode } from "@bufbuild/protobuf/wire";
import { type FieldLayout, type Layout, messageLayout, type Value } from "../layout.js";
import { sameMessage } from "./compare.js";
import { scalars } from "./scalar.js";
import { type Entry, type FieldState, isZero, missingRequired, type Problem, type Read, type State } from "./state.js";
import { notUtf8, sortEntries } from "./wire.js";

/** Thrown for a value without a ProtoJSON form: invalid UTF-8, or a nested message that its own schema rejects. */
export class Unwritable {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Thrown for a value that a reader rejects. Not an Error: thousands are thrown per change, and nobody reads their stacks. */
export class Rejection extends Unwritable {}

/** Writes ProtoJSON. Throws Unwritable. */
export function writeJson(layout: Layout, state: State): JsonObject {
  const object: JsonObject = {};
  for (const field of layout.fields) {
    const value = state.get(field.number);
    if (value === undefined) continue;
    if (field.cardinality === "singular" && field.presence === "implicit" && isZero(value as Value)) continue;
    object[field.jsonName] = writeField(field, value);
  }
  return object;
}

function writeField(field: FieldLayout, value: FieldState): JsonValue {
  if (field.cardinality === "map") {
    const entries = sortEntries(value as readonly Entry[]);
    return Object.fromEntries(
      entries.map((entry) => [String(writeOne(field.key!, entry.key)), writeOne(field.value!, entry.value)]),
    );
  }
  if (field.cardinality === "repeated") return (value as readonly Value[]).map((item) => writeOne(field, item));
  return writeOne(field, value as Value);
}

function writeOne(field: FieldLayout, value: Value): JsonValue {
  switch (field.kind) {
    case "string":
      return decodeUtf8(value as Uint8Array);
    case "bytes":
      return base64Encode(value as Uint8Array);
    case "bool":
      return value as boolean;
    case "enum":
      return field.enum!.names.get(value as bigint) ?? Number(value);
    case "message":
      return writeMessage(field, value as Uint8Array);
    case "float":
    case "double":
      return Number.isFinite(value as number) ? (value as number) : String(value);
    default:
      return scalars[field.kind].max! > 0xffffffffn ? String(value) : Number(value);
  }
}

export function decodeUtf8(bytes: Uint8Array): string {
  if (notUtf8(bytes) !== undefined) throw new Unwritable("not UTF-8");
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

function writeMessage(field: FieldLayout, payload: Uint8Array): JsonValue {
  const layout = messageLayout(field.message!);
  try {
    const message = fromBinary(field.message!, payload);
    // protobuf-es replaces invalid UTF-8 with U+FFFD.
    if (sameMessage(layout, payload, layout, toBinary(field.message!, message))) return toJson(field.message!, message);
  } catch (e) {
    throw new Unwritable((e as Error).message);
  }
  throw new Unwritable("not UTF-8");
}

const names = new WeakMap<Layout, ReadonlyMap<string, FieldLayout>>();

/** Fields by both names that JSON may have for them, worked out once for a layout. */
function namesIn(layout: Layout): ReadonlyMap<string, FieldLayout> {
  let known = names.get(layout);
  if (known === undefined) {
    known = new Map(layout.fields.flatMap((field) => [[field.name, field] as const, [field.jsonName, field] as const]));
    names.set(layout, known);
  }
  return known;
}

/** Reads ProtoJSON. A strict reader rejects unknown names; a lenient reader ignores them. */
export function readJson(layout: Layout, object: JsonObject, strict: boolean): Read {
  const state: State = new Map();
  const problems: Problem[] = [];
  const byName = namesIn(layout);
  const oneofs = new Map<string, FieldLayout>();
  for (const [name, json] of Object.entries(object)) {
    const field = byName.get(name);
    const reject = (why: string): unknown =>
      problems.push({ kind: "rejected", field, writerField: undefined, name, why });
    if (field === undefined) {
      if (strict) reject(`${JSON.stringify(name)} is unknown`);
      continue;
    }
    if (json === null && field.message === undefined) continue;
    if (field.oneof !== undefined) {
      if (oneofs.has(field.oneof)) reject(`oneof ${field.oneof} is set twice`);
      oneofs.set(field.oneof, field);
    }
    try {
      const value = readField(field, json, strict);
      if (value !== undefined) state.set(field.number, value);
    } catch (e) {
      reject(`${name}: ${(e as Error).message}`);
    }
  }
  for (const field of missingRequired(layout, state)) {
    problems.push({ kind: "rejected", field, writerField: undefined, why: `required field ${field.name} is missing` });
  }
  return { state, unknown: new Uint8Array(0), problems };
}

function readField(field: FieldLayout, json: JsonValue, strict: boolean): FieldState | undefined {
  if (field.cardinality === "map") {
    if (!isObject(json)) throw new Rejection(`expected an object, got ${JSON.stringify(json)}`);
    return sortEntries(
      Object.entries(json).flatMap(([key, value]) => {
        const read = readOne(field.value!, value, strict);
        return read === undefined ? [] : [{ key: readKey(field.key!, key), value: read }];
      }),
    );
  }
  if (field.cardinality === "repeated") {
    if (!Array.isArray(json)) throw new Rejection(`expected an array, got ${JSON.stringify(json)}`);
    return json.flatMap((item) => readOne(field, item, strict) ?? []);
  }
  const value = readOne(field, json, strict);
  return value !== undefined && field.presence === "implicit" && isZero(value) ? undefined : value;
}

function readKey(field: FieldLayout, key: string): Value {
  if (field.kind !== "bool") return readOne(field, key, true)!;
  if (key !== "true" && key !== "false") throw new Rejection(`expected a bool as key, got ${JSON.stringify(key)}`);
  return key === "true";
}

/** Reads one value. Undefined for an enum name that a lenient reader ignores. Throws Rejection. */
function readOne(field: FieldLayout, json: JsonValue, strict: boolean): Value | undefined {
  const fail = (): never => {
    throw new Rejection(`cannot read ${field.kind} from ${JSON.stringify(json)}`);
  };
  switch (field.kind) {
    case "string":
      return typeof json === "string" ? new TextEncoder().encode(json) : fail();
    case "bytes":
      return typeof json === "string" && /^[\w+/-]*={0,2}$/.test(json) ? base64(json, fail) : fail();
    case "bool":
      return typeof json === "boolean" ? json : fail();
    case "enum":
      return readEnum(field, json, strict, fail);
    case "message":
      return readMessage(field, json, strict);
    case "float":
    case "double":
      return readFloat(field, json, fail);
    default:
      return readInteger(field, json, fail);
  }
}

function base64(text: string, fail: () => never): Uint8Array {
  try {
    return base64Decode(text);
  } catch {
    return fail();
  }
}

function readEnum(field: FieldLayout, json: JsonValue, strict: boolean, fail: () => never): Value | undefined {
  if (typeof json === "string") return field.enum!.numbers.get(json) ?? (strict ? fail() : undefined);
  if (typeof json !== "number" || !Number.isInteger(json) || json !== (json | 0)) return fail();
  if (field.enum!.open || field.enum!.names.has(BigInt(json))) return BigInt(json);
  return strict ? fail() : undefined;
}

function readMessage(field: FieldLayout, json: JsonValue, strict: boolean): Value {
  return toBinary(field.message!, fromJson(field.message!, json, { ignoreUnknownFields: !strict }));
}

function readFloat(field: FieldLayout, json: JsonValue, fail: () => never): Value {
  if (typeof json === "string" && !/^(NaN|-?Infinity|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(json)) return fail();
  if (typeof json !== "string" && typeof json !== "number") return fail();
  const value = Number(json);
  if (field.kind === "double" || !Number.isFinite(value)) return value;
  return Math.abs(value) > 3.4028234663852886e38 ? fail() : Math.fround(value);
}

function readInteger(field: FieldLayout, json: JsonValue, fail: () => never): Value {
  const value = typeof json === "string" && json.trim() === json && json !== "" ? Number(json) : json;
  if (typeof value !== "number" || !Number.isInteger(value)) return fail();
  const exact = typeof json === "string" && /^-?\d+$/.test(json) ? BigInt(json) : BigInt(value);
  const { min, max } = scalars[field.kind as "int32"];
  return exact < min! || exact > max! ? fail() : exact;
}

function isObject(json: JsonValue): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
