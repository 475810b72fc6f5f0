import type { CompactElement } from "../codec/compact-element.js";
import type { CompactInfo } from "../codec/compact-info.js";
import type { CompactField } from "../codec/compact-table.js";
import type { AnyMessage } from "../codec/message-info.js";
import { type JsonScalar, jsonScalarOf } from "./compact-scalar.js";
import { type EnumJson, readEnum, writeEnum } from "./enum.js";
import { readExtension, writeExtensions } from "./extension.js";
import { unknownKey } from "./key.js";
import type { ReadJson, WriteJson } from "./message.js";
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

interface JsonTable {
  /** In the order of their numbers. */
  readonly fields: readonly JsonField[];
  /** By both of their names. */
  readonly names: ReadonlyMap<string, JsonField>;
}

/**
 * The JSON of a message in the compact form, beside its CompactInfo. `refs` gives field by field: with flag `j` the JSON
 * name, for an enum its EnumJson, for a message its readJson and writeJson, and for a Struct in the shape of a JSON
 * object the functions that read and write that.
 */
export class CompactJson {
  readonly extensions: Extensions;
  private readonly info: CompactInfo;
  private readonly refs: (() => readonly unknown[]) | undefined;
  private made: JsonTable | undefined = undefined;

  constructor(info: CompactInfo, refs: (() => readonly unknown[]) | undefined, extensions: Extensions) {
    this.info = info;
    this.refs = refs;
    this.extensions = extensions;
  }

  get table(): JsonTable {
    this.made ??= createTable(this.info.table.fields, this.refs?.() ?? []);
    return this.made;
  }
}

/** What becomes of keys that are no field, and how extensions are written. */
interface Extensions {
  readonly read: (m: AnyMessage, key: string, v: JsonValue, o: JsonReadContext) => void;
  readonly write: ((m: AnyMessage, o: JsonWriteContext, separator: string) => string) | undefined;
}

export function compactJson(info: CompactInfo, refs?: () => readonly unknown[]): CompactJson {
  return new CompactJson(info, refs, { read: (_m, key, _v, o) => unknownKey(key, o), write: undefined });
}

/** For a message that has extension ranges. */
export function extensibleJson(info: CompactInfo, refs?: () => readonly unknown[]): CompactJson {
  return new CompactJson(info, refs, { read: readExtension, write: writeExtensions });
}

function createTable(all: readonly CompactField[], refs: readonly unknown[]): JsonTable {
  const left = refs.slice();
  const fields = all.map((field) => createField(field, left));
  const names = new Map<string, JsonField>();
  // A name that is another field's name in JSON is that field's.
  for (const field of fields) names.set(field.field.name, field);
  for (const field of fields) names.set(field.jsonName, field);
  return { fields, names };
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
  return messageElement(element, refs.shift() as ReadJson<unknown>, refs.shift() as WriteJson<unknown>);
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

/** Also a Struct in the shape of a JSON object, whose reader makes the object. */
function messageElement(element: CompactElement, readJson: ReadJson<unknown>, write: WriteJson<unknown>): JsonElement {
  const { type } = element.message!;
  const isStruct = element.adapter !== undefined;
  return {
    read: (v, o, current) => readJson(isStruct ? current : (current ?? new type()), v, o),
    write,
    takesNull: !isStruct && type.typeName === "google.protobuf.Value",
  };
}
