import type { FieldLayout, Layout, Value } from "../layout.js";
import { decodeUtf8, Rejection, Unwritable } from "./json.js";
import { scalars } from "./scalar.js";
import { type Entry, type FieldState, isZero, missingRequired, type Problem, type Read, type State } from "./state.js";
import { sortEntries } from "./wire.js";

/** Writes the text format, one field per line. Throws Unwritable for nested messages that are not empty. */
export function writeText(layout: Layout, state: State): string {
  return layout.fields
    .flatMap((field) => {
      const value = state.get(field.number);
      if (value === undefined) return [];
      if (field.cardinality === "singular" && field.presence === "implicit" && isZero(value as Value)) return [];
      return writeField(field, value);
    })
    .join("\n");
}

function writeField(field: FieldLayout, value: FieldState): string[] {
  // A group is written with the name of its type (text format specification).
  const name = field.delimited && field.message !== undefined ? groupName(field) : field.name;
  if (field.cardinality === "map") {
    return sortEntries(value as readonly Entry[]).map(
      ({ key, value: item }) => `${name} { key: ${writeOne(field.key!, key)} value${writeValue(field.value!, item)} }`,
    );
  }
  const list = field.cardinality === "repeated" ? (value as readonly Value[]) : [value as Value];
  return list.map((item) => `${name}${writeValue(field, item)}`);
}

export function groupName(field: FieldLayout): string {
  return field.message!.name.toLowerCase() === field.name ? field.message!.name : field.name;
}

function writeValue(field: FieldLayout, value: Value): string {
  return field.kind === "message" ? ` ${writeOne(field, value)}` : `: ${writeOne(field, value)}`;
}

function writeOne(field: FieldLayout, value: Value): string {
  switch (field.kind) {
    case "string":
      return quote(new TextEncoder().encode(decodeUtf8(value as Uint8Array)));
    case "bytes":
      return quote(value as Uint8Array);
    case "enum":
      return field.enum!.names.get(value as bigint) ?? String(value);
    case "message":
      if (isZero(value)) return "{}";
      throw new Unwritable("a nested message");
    case "float":
    case "double":
      return Number.isNaN(value) ? "nan" : String(value).replace("Infinity", "inf");
    default:
      return String(value);
  }
}

function quote(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) =>
    byte >= 32 && byte < 127 && byte !== 34 && byte !== 92
      ? String.fromCharCode(byte)
      : `\\${byte.toString(8).padStart(3, "0")}`,
  );
  return `"${text.join("")}"`;
}

const names = new WeakMap<Layout, ReadonlyMap<string, FieldLayout>>();

/** Fields by the names that the text format may have for them, worked out once for a layout. */
function namesIn(layout: Layout): ReadonlyMap<string, FieldLayout> {
  let known = names.get(layout);
  if (known === undefined) {
    known = new Map(layout.fields.flatMap((field) => namesOf(field).map((name) => [name, field] as const)));
    names.set(layout, known);
  }
  return known;
}

/** Reads the output of writeText. The text format rejects unknown names unless they are reserved. */
export function readText(layout: Layout, text: string): Read {
  const state: State = new Map();
  const problems: Problem[] = [];
  const byName = namesIn(layout);
  for (const line of text === "" ? [] : text.split("\n")) {
    const name = line.match(/^(\[[^\]]*\]|\w+)/)![1]!;
    const field = byName.get(name);
    const reject = (why: string): unknown =>
      problems.push({ kind: "rejected", field, writerField: undefined, name, why });
    if (field === undefined) {
      if (!layout.reservedNames.has(name)) reject(`${name} is unknown`);
      continue;
    }
    try {
      readField(field, line.slice(name.length), layout, state);
    } catch (e) {
      reject(`${name}: ${(e as Rejection).message}`);
    }
  }
  for (const field of missingRequired(layout, state)) {
    problems.push({ kind: "rejected", field, writerField: undefined, why: `required field ${field.name} is missing` });
  }
  return { state, unknown: new Uint8Array(0), problems };
}

function namesOf(field: FieldLayout): string[] {
  return field.delimited && field.message !== undefined ? [field.name, groupName(field)] : [field.name];
}

function readField(field: FieldLayout, rest: string, layout: Layout, state: State): void {
  const before = state.get(field.number);
  if (field.cardinality === "map") {
    const match = rest.match(/^ \{ key: (.*) value:? (.*) \}$/);
    if (!match) throw new Rejection(`expected an entry, got${rest.slice(0, 40)}`);
    const entry = { key: readOne(field.key!, match[1]!), value: readOne(field.value!, match[2]!) };
    state.set(field.number, sortEntries([...((before as Entry[] | undefined) ?? []), entry]));
    return;
  }
  const value = readOne(field, rest.replace(/^:? /, ""));
  if (field.cardinality === "repeated") {
    state.set(field.number, [...((before as Value[] | undefined) ?? []), value]);
    return;
  }
  if (before !== undefined) throw new Rejection("it is set twice");
  const other = layout.fields.find(
    ({ oneof, number }) => oneof !== undefined && oneof === field.oneof && state.has(number),
  );
  if (other !== undefined) throw new Rejection(`oneof ${field.oneof} is set twice`);
  if (field.presence !== "implicit" || !isZero(value)) state.set(field.number, value);
}

function readOne(field: FieldLayout, token: string): Value {
  const fail = (): never => {
    throw new Rejection(`cannot read ${field.kind} from ${token.slice(0, 40)}`);
  };
  switch (field.kind) {
    case "string":
    case "bytes":
      return token.startsWith('"') ? unquote(token) : fail();
    case "bool":
      return /^(true|1)$/.test(token) || (/^(false|0)$/.test(token) ? false : fail());
    case "enum":
      return readEnum(field, token, fail);
    case "message":
      return token === "{}" ? new Uint8Array(0) : fail();
    case "float":
    case "double": {
      if (!/^(nan|-?inf|-?[\d.]+(e[+-]?\d+)?)$/.test(token)) return fail();
      const value = token === "nan" ? Number.NaN : Number(token.replace("inf", "Infinity"));
      return field.kind === "float" ? Math.fround(value) : value;
    }
    default: {
      if (!/^-?\d+$/.test(token)) return fail();
      const { min, max } = scalars[field.kind];
      return BigInt(token) < min! || BigInt(token) > max! ? fail() : BigInt(token);
    }
  }
}

function readEnum(field: FieldLayout, token: string, fail: () => never): Value {
  const number = /^-?\d+$/.test(token) ? BigInt(token) : field.enum!.numbers.get(token);
  if (number === undefined || number !== BigInt.asIntN(32, number)) return fail();
  return field.enum!.open || field.enum!.names.has(number) ? number : fail();
}

function unquote(token: string): Uint8Array {
  const bytes: number[] = [];
  for (let i = 1; i < token.length - 1; i++) {
    if (token[i] !== "\\") bytes.push(token.charCodeAt(i));
    else {
      bytes.push(Number.parseInt(token.slice(i + 1, i + 4), 8));
      i += 3;
    }
  }
  return new Uint8Array(bytes);
}
