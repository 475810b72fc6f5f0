import type { MessageType } from "../../codec/message.js";
import { type AnyMessage, type FieldNames, parseFields, shapeOf } from "../../codec/message-info.js";
import { Refs } from "../../codec/refs.js";
import type { JsonReadContext, JsonWriteContext } from "../context.js";
import type { JsonValue } from "../value.js";
import { createElement } from "./element.js";
import { readMessage } from "./read-message.js";
import { createTable, type JsonFieldParts, type JsonMapKey, type JsonTable, type ReadUnknown } from "./table.js";

/**
 * The fields of a message in JSON: their names, and what reads them from a tree. `jsonFields` makes it; its tables are
 * made when the first text or tree is read or written.
 */
export class JsonFields<M extends AnyMessage = AnyMessage> {
  /** Makes a message without anything set; an extension's holder is made by its user. */
  readonly create: (new () => M) | undefined;
  /** For each field the text of its key as that of the first member, and as that of a later one. */
  texts: readonly string[] | undefined;
  /** The same with proto names. */
  protoTexts: readonly string[] | undefined;
  /** The code units of the JSON names, a quote behind each. */
  units: Uint16Array | undefined;
  /** Where the name of each field begins in `units`. */
  starts: Uint16Array | undefined;
  private made: JsonTable | undefined;
  private readonly info: FieldNames;
  private readonly refs: () => readonly unknown[];
  private readonly readUnknown: ReadUnknown | undefined;

  constructor(
    info: FieldNames,
    create: (new () => M) | undefined,
    refs: () => readonly unknown[],
    readUnknown: ReadUnknown | undefined,
  ) {
    this.create = create;
    this.texts = undefined;
    this.protoTexts = undefined;
    this.units = undefined;
    this.starts = undefined;
    this.made = undefined;
    this.info = info;
    this.refs = refs;
    this.readUnknown = readUnknown;
  }

  get table(): JsonTable {
    this.made ??= createTable(partsOf(this.info, new Refs(this.refs())), this.readUnknown);
    return this.made;
  }

  /** Reads JSON into a message in which nothing is set yet, and returns it. */
  read(m: M, json: JsonValue, o: JsonReadContext): M {
    return readMessage(this.table, m, json, o);
  }
}

/**
 * Describes the fields of a message; has no side effects. `refs` has for each field, in the order of their numbers, the
 * JSON name where the word in `info` has the flag `j`, of a map what reads its keys, and what `createElement` wants.
 */
export function jsonFields<M extends AnyMessage>(
  info: FieldNames,
  create?: new () => M,
  refs: () => readonly unknown[] = none,
  readUnknown?: ReadUnknown,
): JsonFields<M> {
  return new JsonFields(info, create, refs, readUnknown);
}

const none = (): readonly unknown[] => [];

/** Takes what belongs to each field from `refs`. */
function partsOf(info: FieldNames, refs: Refs): JsonFieldParts[] {
  return parseFields(info).map((field) => {
    const key = field.name.startsWith("[") ? "value" : field.key; // of an extension: see ExtensionHolder
    const jsonName = field.flags.includes("j") ? refs.take<string>() : key;
    const mapKey = field.mapKey === undefined ? undefined : mapKeyOf(field.mapKey, refs.take());
    const element = createElement(field.type, refs.take(), field.messageType as MessageType | undefined);
    return {
      ...element,
      name: field.name,
      jsonName,
      shape: shapeOf(field),
      key,
      oneof: field.oneof ?? "",
      mapKey,
    };
  });
}

function mapKeyOf(letter: string, readKey: JsonMapKey["readKey"]): JsonMapKey {
  return { readKey, isLoose: letter !== "I" && letter !== "H" };
}

/** For the field with index i, 2i is where the text of its key as the first member is, and 2i + 1 that of a later one. */
export function keyTexts(fields: JsonFields, o: JsonWriteContext): readonly string[] {
  const texts = o.useProtoFieldName ? fields.protoTexts : fields.texts;
  return texts ?? createTexts(fields, o);
}

function createTexts(fields: JsonFields, { useProtoFieldName }: JsonWriteContext): readonly string[] {
  const texts = fields.table.fields.flatMap(({ name, jsonName }) => {
    const key = JSON.stringify(useProtoFieldName ? name : jsonName);
    return [`{${key}:`, `,${key}:`];
  });
  if (useProtoFieldName) fields.protoTexts = texts;
  else fields.texts = texts;
  return texts;
}
