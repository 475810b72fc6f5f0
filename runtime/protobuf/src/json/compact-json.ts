import type { CompactElement } from "../codec/compact-element.js";
import type { CompactField } from "../codec/compact-fields.js";
import type { CompactInfo } from "../codec/compact-info.js";
import type { AnyMessage, MessageInfo } from "../codec/message-info.js";
import { readCompact } from "./compact-read.js";
import { type JsonScalar, jsonScalarOf } from "./compact-scalar.js";
import { writeCompact } from "./compact-write.js";
import { type EnumJson, readEnum, writeEnum } from "./enum.js";
import { readExtension, writeExtensions } from "./extension.js";
import { unknownKey } from "./key.js";
import type { MessageJson } from "./message.js";
import type { JsonReadContext, JsonWriteContext } from "./options.js";
import type { JsonValue } from "./value.js";

/** The JSON of a field, classified. */
export interface JsonField {
  readonly field: CompactField;
  readonly jsonName: string;
  /** The keys in quotes and with a colon, by either name. */
  readonly jsonKey: string;
  readonly protoKey: string;
  /** Undefined is a value that is skipped with its field, item or entry: an enum's name that is not known. */
  readonly read: (v: JsonValue, o: JsonReadContext, current: unknown) => unknown;
  readonly write: (v: never, o: JsonWriteContext) => string;
  /** Whether null is a value: of google.protobuf.Value and NullValue. */
  readonly takesNull: boolean;
  readonly isEnum: boolean;
  /** Of a map. */
  readonly key: JsonScalar | undefined;
}

export interface JsonTable {
  /** In the order of their numbers. */
  readonly fields: readonly JsonField[];
  /** By both of their names. */
  readonly names: ReadonlyMap<string, JsonField>;
  readonly extensions: Extensions;
}

/**
 * The info of a message in the compact form, and field by field: with flag `j` the JSON name, for an enum its EnumJson, for
 * a message its MessageJson, and for a Struct in the shape of a JSON object the functions that read and write that. A
 * message that has extension ranges has `extensions`.
 */
export type CompactJsonParts = readonly [
  info: MessageInfo,
  refs?: readonly unknown[] | undefined,
  extensible?: Extensions | undefined,
];

/** The JSON codec of a message in the compact form: the interpreter on a table. */
class CompactJson<M extends AnyMessage> implements MessageJson<M> {
  private readonly parts: () => CompactJsonParts;
  private made: JsonTable | undefined = undefined;

  constructor(parts: () => CompactJsonParts) {
    this.parts = parts;
  }

  read(m: M, json: JsonValue, o: JsonReadContext): M {
    return readCompact(this.table(), m, json, o);
  }

  write(m: M, o: JsonWriteContext): string {
    return writeCompact(this.table(), m, o);
  }

  private table(): JsonTable {
    this.made ??= createTable(...this.parts());
    return this.made;
  }
}

export function compactJson<M extends AnyMessage>(parts: () => CompactJsonParts): MessageJson<M> {
  return new CompactJson(parts);
}

/** What becomes of keys that are no field, and how extensions are written. */
interface Extensions {
  readonly read: (m: AnyMessage, key: string, v: JsonValue, o: JsonReadContext) => void;
  readonly write: ((m: AnyMessage, o: JsonWriteContext, separator: string) => string) | undefined;
}

export const extensions: Extensions = { read: readExtension, write: writeExtensions };

const noExtensions: Extensions = { read: (_m, key, _v, o) => unknownKey(key, o), write: undefined };

function createTable(info: MessageInfo, refs: readonly unknown[] = [], extensions = noExtensions): JsonTable {
  const left = refs.slice();
  const fields = (info as CompactInfo).known.fields.map((field) => createField(field, left));
  const names = new Map<string, JsonField>();
  // A name that is another field's name in JSON is that field's.
  for (const field of fields) names.set(field.field.name, field);
  for (const field of fields) names.set(field.jsonName, field);
  return { fields, names, extensions };
}

/** Takes from the front of `refs` what belongs to the field. */
function createField(field: CompactField, refs: unknown[]): JsonField {
  const { element, keyElement } = field;
  const jsonName = field.hasJsonName ? (refs.shift() as string) : field.key;
  return {
    field,
    jsonName,
    jsonKey: `${JSON.stringify(jsonName)}:`,
    protoKey: `${JSON.stringify(field.name)}:`,
    ...createElement(element, refs),
    isEnum: element.letter === "N",
    key: keyElement === undefined ? undefined : jsonScalarOf(keyElement.letter),
  };
}

type JsonElement = Pick<JsonField, "read" | "write" | "takesNull">;

function createElement(element: CompactElement, refs: unknown[]): JsonElement {
  if (element.letter === "N") return enumElement(refs.shift() as EnumJson);
  if (element.message === undefined || element.isWrapper) return scalarElement(element);
  return element.adapter === undefined ? messageElement(element, refs) : structElement(refs);
}

function enumElement(table: EnumJson): JsonElement {
  const read: JsonField["read"] = (v, o) => readEnum(v, table, o);
  return { read, write: (v, o) => writeEnum(v, table, o), takesNull: table.kind === "null" };
}

/** Also a wrapper in the shape of its value. */
function scalarElement({ letter, adapter, isWrapper }: CompactElement): JsonElement {
  const { read, write } = jsonScalarOf(letter);
  const isConverted = adapter !== undefined && !isWrapper;
  return { read: isConverted ? (v) => adapter.toLocal(read(v)) : read, write, takesNull: false };
}

function messageElement({ message }: CompactElement, refs: unknown[]): JsonElement {
  const json = refs.shift() as MessageJson<unknown>;
  const { type } = message!;
  return {
    read: (v, o, current) => json.read(current ?? new type(), v, o),
    write: (v, o) => json.write(v, o),
    takesNull: type.typeName === "google.protobuf.Value",
  };
}

/** In the shape of a JSON object, which its reader makes. */
function structElement(refs: unknown[]): JsonElement {
  const read = refs.shift() as (current: unknown, v: JsonValue, o: JsonReadContext) => unknown;
  return { read: (v, o, current) => read(current, v, o), write: refs.shift() as JsonField["write"], takesNull: false };
}
