import { setEntry } from "../codec/map.js";
import type { AnyMessage } from "../codec/message-info.js";
import { noOneof } from "../codec/oneof.js";
import type { JsonField, JsonTable } from "./compact-json.js";
import { checkUniqueKeys } from "./key.js";
import { enter, type JsonReadContext } from "./options.js";
import { atKey, nullEntry, nullItem, onlyOnce, readOneofOnce } from "./path.js";
import { type JsonValue, readArray, readObject } from "./value.js";

/** Reads the message from JSON, as the generated `X$readJson` does. */
export function readCompact<M extends AnyMessage>(table: JsonTable, m: M, json: JsonValue, o: JsonReadContext): M {
  enter(o);
  const object = readObject(json);
  const place: Place = { index: -1, mapKey: "", seen: new Map() };
  let key = "";
  try {
    for (key in object) {
      const field = table.names.get(key);
      if (field === undefined) {
        table.extensions.read(m, key, object[key]!, o);
      } else {
        if (key !== field.jsonName) onlyOnce(object, field.jsonName);
        readers[field.field.shape](field, m, object[key]!, o, place);
      }
    }
  } catch (error) {
    throw atKey(error, key, place.index, place.mapKey);
  }
  o.depth--;
  return m;
}

/** Where the reader is within a field, for errors, and which field of each oneof it has met. */
interface Place {
  index: number;
  mapKey: string;
  readonly seen: Map<string, string>;
}

// biome-ignore lint/suspicious/noExplicitAny: the properties of a message whose class is not known here
type Target = any;

type ReadField = (json: JsonField, m: Target, v: JsonValue, o: JsonReadContext, place: Place) => void;

const readers: Readonly<Record<"singular" | "list" | "map" | "oneof", ReadField>> = {
  singular: readSingular,
  list: readList,
  map: readMap,
  oneof: readOneof,
};

function readSingular({ field, takesNull, read }: JsonField, m: Target, v: JsonValue, o: JsonReadContext): void {
  const { key, isImplicit, element } = field;
  if (v === null && !takesNull) {
    m[key] = isImplicit ? element.zero() : undefined;
    return;
  }
  const value = read(v, o, m[key]);
  if (value !== undefined) m[key] = value;
}

function readOneof(json: JsonField, m: Target, v: JsonValue, o: JsonReadContext, { seen }: Place): void {
  const { oneof, key, name, element } = json.field;
  const isScalar = !json.isEnum && (element.message === undefined || element.isWrapper);
  if (v === null && isScalar) return;
  seen.set(oneof, readOneofOnce(seen.get(oneof) ?? "", name));
  const isCurrent = m[oneof].case === key;
  if (v === null && !json.takesNull) {
    if (isCurrent) m[oneof] = noOneof;
    return;
  }
  const value = json.read(v, o, isCurrent ? m[oneof].value : undefined);
  if (value !== undefined) m[oneof] = { case: key, value };
}

function readList(
  { field, takesNull, read }: JsonField,
  m: Target,
  v: JsonValue,
  o: JsonReadContext,
  place: Place,
): void {
  if (v === null) return;
  const list = readArray(v);
  for (let i = 0; i < list.length; i++) {
    place.index = i;
    if (list[i] === null && !takesNull) nullItem();
    const value = read(list[i]!, o, undefined);
    if (value !== undefined) m[field.key].push(value);
  }
  place.index = -1;
}

function readMap(json: JsonField, m: Target, v: JsonValue, o: JsonReadContext, place: Place): void {
  if (v === null) return;
  const object = readObject(v);
  const { isLoose, readKey } = json.key!;
  if (isLoose) checkUniqueKeys(object, readKey!);
  for (const key in object) {
    place.mapKey = key;
    if (object[key] === null && !json.takesNull) nullEntry();
    readEntry(json, m[json.field.key], key, object[key]!, o);
  }
  place.mapKey = "";
}

/** Of an enum's entry the key counts only where the name is known: the whole entry is skipped otherwise. */
function readEntry(
  { key, isEnum, read }: JsonField,
  map: Target,
  text: string,
  v: JsonValue,
  o: JsonReadContext,
): void {
  const early = isEnum ? undefined : key!.readKey!(text);
  const value = read(v, o, undefined);
  if (value !== undefined) setEntry(map, early ?? key!.readKey!(text), value);
}
