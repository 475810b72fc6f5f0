import { setEntry } from "../../codec/map.js";
import type { AnyMessage } from "../../codec/message-info.js";
import { fail } from "../../error.js";
import { enter, type JsonReadContext } from "../context.js";
import { type JsonValue, readArray, readObject } from "../value.js";
import { atKey } from "./path.js";
import type { JsonField, JsonTable } from "./table.js";
import { checkUniqueKeys } from "./unknown-key.js";

/** Reads JSON into an empty message, and returns it. */
export function readMessage<M extends AnyMessage>(table: JsonTable, m: M, json: JsonValue, o: JsonReadContext): M {
  enter(o);
  const object = readObject(json);
  const place: Place = { index: -1, mapKey: "", oneofs: undefined };
  let key = "";
  try {
    for (key in object) {
      const v = object[key]!;
      const field = table.names.get(key);
      if (field === undefined) {
        table.readUnknown(m, key, v, o);
      } else {
        if (key !== field.jsonName) onlyOnce(object, field.jsonName);
        readField(field, m, v, o, place);
      }
    }
  } catch (error) {
    throw atKey(error, key, place.index, place.mapKey);
  }
  o.depth--;
  return m;
}

/** The reader's position within a field, for errors, and for each oneof the field that it has seen. */
interface Place {
  index: number;
  mapKey: string;
  oneofs: string[] | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: the properties of a message whose class is not known here
type Target = any;

/** Null means unset (ProtoJSON, "Null Values"), which the field already is. */
function readField(field: JsonField, m: Target, v: JsonValue, o: JsonReadContext, place: Place): void {
  switch (field.kind) {
    case "singular":
      if (v !== null || field.takesNull) readSingular(field, m, v, o);
      return;
    case "list":
      if (v !== null) readList(field, m[field.key], v, o, place);
      return;
    case "map":
      if (v !== null) readMap(field, m[field.key], v, o, place);
      return;
    case "oneof":
      readOneof(field, m, v, o, place);
  }
}

function readSingular({ key, read }: JsonField, m: Target, v: JsonValue, o: JsonReadContext): void {
  const value = read(v, o);
  if (value !== undefined) m[key] = value;
}

function readOneof(field: JsonField, m: Target, v: JsonValue, o: JsonReadContext, place: Place): void {
  const { key, name, oneofIndex, takesNull } = field;
  if (v === null && !takesNull) return; // also beside a member that is set, as in C++ and Go
  place.oneofs ??= [];
  const other = place.oneofs[oneofIndex];
  if (other !== undefined) fail(`oneof set multiple times, by ${other} and ${name}`);
  place.oneofs[oneofIndex] = name;
  const value = field.read(v, o);
  if (value !== undefined) m[field.oneof] = { case: key, value };
}

function readList(field: JsonField, items: unknown[], v: JsonValue, o: JsonReadContext, place: Place): void {
  const { takesNull, read } = field;
  const list = readArray(v);
  for (let i = 0; i < list.length; i++) {
    const item = list[i]!;
    place.index = i;
    if (item === null && !takesNull) fail("list item must not be null");
    const value = read(item, o);
    if (value !== undefined) items.push(value);
  }
  place.index = -1;
}

function readMap(field: JsonField, map: object, v: JsonValue, o: JsonReadContext, place: Place): void {
  const { takesNull, read, isEnum } = field;
  const { readKey, isLoose } = field.mapKey!;
  const object = readObject(v);
  if (isLoose) checkUniqueKeys(object, readKey);
  for (const text in object) {
    const item = object[text]!;
    place.mapKey = text;
    if (item === null && !takesNull) fail("map value must not be null");
    // If the enum name is unknown, the whole entry is skipped, including its key.
    const early = isEnum ? undefined : readKey(text);
    const value = read(item, o);
    if (value !== undefined) setEntry(map as Record<string, unknown>, early ?? readKey(text), value);
  }
  place.mapKey = "";
}

/** For a field under its proto name: fails if it is also present under its JSON name. */
function onlyOnce(json: object, jsonName: string): void {
  if (Object.hasOwn(json, jsonName)) fail(`set multiple times, as "${jsonName}" too`);
}
