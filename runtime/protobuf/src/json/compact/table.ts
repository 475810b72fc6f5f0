import type { CompactField, CompactFields } from "../../codec/compact/fields.js";
import type { CompactInfo } from "../../codec/compact/info.js";
import type { AnyMessage, MessageInfo } from "../../codec/message-info.js";
import { Refs } from "../../codec/refs.js";
import type { MessageJson } from "../codec.js";
import type { JsonReadContext, JsonWriteContext } from "../context.js";
import { type EnumJson, writeEnum } from "../scalar/enum.js";
import { createElement } from "../tree/element.js";
import { readExtension, writeExtensions } from "../tree/extension.js";
import { readMessage } from "../tree/read-message.js";
import { createTable, type JsonElement, type JsonFieldParts, type JsonTable, type ReadUnknown } from "../tree/table.js";
import type { JsonValue } from "../value.js";
import type { CompactJsonField } from "./field.js";
import { type JsonScalar, jsonScalarOf } from "./scalar.js";
import { writeCompact } from "./write.js";

/** The functions for extensions, for messages with extension ranges. */
interface Extensions {
  readonly read: ReadUnknown;
  readonly write: (m: AnyMessage, o: JsonWriteContext, separator: string) => string;
}

export const extensions: Extensions = { read: readExtension, write: writeExtensions };

/**
 * The info of a message in the compact form, and field by field: the JSON name if flag `j` is set, the EnumJson of an
 * enum, the MessageJson of a message, and for a Struct or a time represented by something else the functions that read and write
 * it. `extensions` is present if the message has extension ranges.
 */
export type CompactJsonParts = readonly [
  info: MessageInfo,
  refs?: readonly unknown[] | undefined,
  extensible?: Extensions | undefined,
];

/** The JSON codec of a message in the compact form: the interpreter on a table. */
class CompactJson<M extends AnyMessage> implements MessageJson<M> {
  private readonly parts: () => CompactJsonParts;
  private made: JsonTable<CompactJsonField> | undefined = undefined;
  private extensible: Extensions | undefined = undefined;
  private oneofs: CompactFields["oneofs"] | undefined = undefined;

  constructor(parts: () => CompactJsonParts) {
    this.parts = parts;
  }

  read(m: M, json: JsonValue, o: JsonReadContext): M {
    return readMessage(this.table, m, json, o);
  }

  write(m: M, o: JsonWriteContext): string {
    const { fields } = this.table;
    return writeCompact(fields, this.oneofs!, this.extensible?.write, m, o);
  }

  get table(): JsonTable<CompactJsonField> {
    if (this.made === undefined) {
      const [info, refs = [], extensible] = this.parts();
      const { known } = info as CompactInfo;
      this.extensible = extensible;
      this.oneofs = known.oneofs;
      this.made = createTable(createFields(known.fields, refs), extensible?.read);
    }
    return this.made;
  }
}

export function compactJson<M extends AnyMessage>(parts: () => CompactJsonParts): MessageJson<M> {
  return new CompactJson(parts);
}

function createFields(fields: readonly CompactField[], refs: readonly unknown[]): CompactJsonField[] {
  const taken = new Refs(refs);
  return fields.map((field) => createField(field, taken));
}

/** Takes the field's share of `refs`. */
function createField(field: CompactField, refs: Refs): CompactJsonField {
  const { name, kind, key, oneof, keyElement } = field;
  const jsonName = field.hasJsonName ? refs.take<string>() : key;
  return {
    ...createValue(field, refs),
    field,
    name,
    jsonName,
    jsonKey: `${JSON.stringify(jsonName)}:`,
    protoKey: `${JSON.stringify(name)}:`,
    kind,
    key,
    oneof,
    mapKey: keyElement === undefined ? undefined : mapKeyOf(jsonScalarOf(keyElement.letter)),
  };
}

function mapKeyOf({ readKey, isLoose }: JsonScalar): JsonFieldParts["mapKey"] {
  return { readKey: readKey!, isLoose };
}

function createValue({ element }: CompactField, refs: Refs): JsonElement & Pick<CompactJsonField, "write"> {
  const { letter, adapter, message, isWrapper } = element;
  const isScalar = message === undefined && letter !== "N";
  if (isScalar || isWrapper) {
    const { read, write } = jsonScalarOf(letter);
    const isConverted = adapter !== undefined && !isWrapper;
    const readLocal = isConverted ? (v: JsonValue) => adapter.toLocal(read(v)) : read;
    return { ...createElement(letter, readLocal, undefined), write };
  }
  const ref = refs.take();
  const read = createElement(letter, ref, message?.type);
  if (message === undefined) {
    const toWire = adapter?.toWire as ((v: unknown) => number) | undefined;
    return { ...read, write: (v, o) => writeEnum(toWire === undefined ? v : toWire(v), ref as EnumJson, o) };
  }
  if (adapter !== undefined) return { ...read, write: refs.take() };
  return { ...read, write: (v, o) => (ref as MessageJson<unknown>).write(v, o) };
}
