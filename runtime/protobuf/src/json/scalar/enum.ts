import { fail } from "../../error.js";
import type { JsonReadContext, JsonWriteContext } from "../context.js";
import { describeJson, type JsonValue } from "../value.js";

/** The JSON names of an enum. `enumJson` makes it. */
export class EnumJson {
  declare readonly names: Readonly<Record<string, number>>;
  declare readonly kind: EnumKind;
  /** The JSON text by number, made when the first value is written or checked. */
  declare texts: Map<number, string> | undefined;

  constructor(names: Readonly<Record<string, number>>, kind: EnumKind) {
    this.names = names;
    this.kind = kind;
    this.texts = undefined;
  }

  /** Called by readEnum. It is a method so that code without enums does not pull it into a bundle. */
  read(v: JsonValue, o: JsonReadContext): unknown {
    return readEnum(v, this, o);
  }
}

/** A closed enum rejects numbers that it does not declare. "null" is google.protobuf.NullValue, written as null. */
export type EnumKind = "open" | "closed" | "null";

/**
 * Describes an enum by its names: JSON names, proto names and aliases, in the order of declaration. If a number has
 * several names, the first one is written. The name "__proto__" must be a computed key. Has no side effects.
 */
export function enumJson(names: Readonly<Record<string, number>>, kind: EnumKind = "open"): EnumJson {
  return new EnumJson(names, kind);
}

/** The JSON text of an enum value: its name, or its number if it has none. */
export function writeEnum(v: number, table: EnumJson, o: JsonWriteContext): string {
  if (typeof v !== "number" || (v | 0) !== v) fail(`expected enum value, got ${describeJson(v)}`);
  if (table.kind === "null") return "null";
  if (o.enumAsInteger) return String(v);
  return (table.texts ?? makeTexts(table)).get(v) ?? String(v);
}

/**
 * Reads an enum value from its name or number. Returns undefined for an unknown name under ignoreUnknownFields, which
 * skips the field, list item or map entry. Null is a value of google.protobuf.NullValue only.
 */
export function readEnum(v: JsonValue, table: EnumJson, o: JsonReadContext): number | undefined {
  if (typeof v === "string") {
    const number = table.names[v];
    // A name such as "toString" or "__proto__" inherits something that is not a number.
    if (typeof number === "number") return number;
    return o.ignoreUnknownFields ? undefined : wrong(v);
  }
  if (v === null && table.kind === "null") return 0;
  if (typeof v !== "number" || (v | 0) !== v) return wrong(v);
  return table.kind !== "closed" || (table.texts ?? makeTexts(table)).has(v) ? v | 0 : wrong(v);
}

function makeTexts(table: EnumJson): Map<number, string> {
  const texts = new Map<number, string>();
  for (const name of Object.keys(table.names)) {
    const number = table.names[name]!;
    if (!texts.has(number)) texts.set(number, JSON.stringify(name));
  }
  table.texts = texts;
  return texts;
}

function wrong(v: JsonValue): never {
  return fail(`expected name or number of an enum value, got ${describeJson(v)}`);
}
