import type { MessageType } from "../../codec/message.js";
import { type AnyMessage, type FieldNames, kindOf, parseFields } from "../../codec/message-info.js";
import { Refs } from "../../codec/refs.js";
import type { JsonReadContext, JsonWriteContext } from "../context.js";
import type { JsonValue } from "../value.js";
import { createElement } from "./element.js";
import { readMessage } from "./read-message.js";
import { createTable, type JsonFieldParts, type JsonMapKey, type JsonTable, type ReadUnknown } from "./table.js";

/**
 * The fields of a message in JSON: their names, and their readers from a tree. `jsonFields` makes it; its tables are
 * built on first use.
 */
export class JsonFields<M extends AnyMessage = AnyMessage> {
  /** Makes an empty message; an extension's holder is made by its user. */
  readonly create: (new () => M) | undefined;
  /** For each field the text of its key as the first member, after a value, and within a string: see keyTexts. */
  declare texts: readonly string[] | undefined;
  /** The same with proto names. */
  declare protoTexts: readonly string[] | undefined;
  /** The code units of the JSON names, each followed by a quote. */
  declare units: Uint16Array | undefined;
  /** Where the name of each field begins in `units`. */
  declare starts: Uint16Array | undefined;
  declare private made: JsonTable<TextField> | undefined;
  declare private readonly info: FieldNames;
  private readonly refs: () => readonly unknown[];
  declare private readonly readUnknown: ReadUnknown | undefined;

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

  get table(): JsonTable<TextField> {
    this.made ??= createTable(partsOf(this.info, new Refs(this.refs())), this.readUnknown);
    return this.made;
  }

  /** Reads JSON into an empty message, and returns it. */
  read(m: M, json: JsonValue, o: JsonReadContext): M {
    return readMessage(this.table, m, json, o);
  }
}

/**
 * Describes the fields of a message; has no side effects. For each field, by number, `refs` has the JSON name if the
 * word in `info` has the flag `j`, the reader of a map's keys, and the reference for `createElement`.
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

interface TextField extends JsonFieldParts {
  /** Whether it is one string, which is written without its quotes. */
  readonly isText: boolean;
}

/** Takes each field's share of `refs`. */
function partsOf(info: FieldNames, refs: Refs): TextField[] {
  return parseFields(info).map((field) => {
    const key = field.name.startsWith("[") ? "value" : field.key; // for an extension: see ExtensionHolder
    const jsonName = field.flags.includes("j") ? refs.take<string>() : key;
    const mapKey = field.mapKey === undefined ? undefined : mapKeyOf(field.mapKey, refs.take());
    const kind = kindOf(field);
    const element = createElement(field.type, refs.take(), field.messageType as MessageType | undefined);
    return {
      ...element,
      name: field.name,
      jsonName,
      kind,
      key,
      oneof: field.oneof ?? "",
      mapKey,
      isText: field.type === "I" && (kind === "singular" || kind === "oneof"),
    };
  });
}

function mapKeyOf(letter: string, readKey: JsonMapKey["readKey"]): JsonMapKey {
  return { readKey, isLoose: letter !== "I" && letter !== "H" };
}

/**
 * For the field with index i, the key as the first member is at 3i, after another value at 3i + 1, and within a string,
 * which it ends, at 3i + 2. The key of a string begins it. So a string takes two concatenations instead of four: JSON out
 * of order takes four fifths of the time.
 */
export function keyTexts(fields: JsonFields, o: JsonWriteContext): readonly string[] {
  const texts = o.useProtoFieldName ? fields.protoTexts : fields.texts;
  return texts ?? createTexts(fields, o);
}

function createTexts(fields: JsonFields, { useProtoFieldName }: JsonWriteContext): readonly string[] {
  const texts = fields.table.fields.flatMap(({ name, jsonName, isText }) => {
    const key = `${JSON.stringify(useProtoFieldName ? name : jsonName)}:${isText ? '"' : ""}`;
    return [`{${key}`, `,${key}`, `",${key}`];
  });
  if (useProtoFieldName) fields.protoTexts = texts;
  else fields.texts = texts;
  return texts;
}
