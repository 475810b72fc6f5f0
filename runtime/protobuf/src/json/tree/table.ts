import type { AnyMessage, FieldShape } from "../../codec/message-info.js";
import type { JsonReadContext } from "../context.js";
import type { JsonValue } from "../value.js";
import { unknownKey } from "./unknown-key.js";

/** What one element of a field is: the field itself, an item of its list, a value of its map. */
export interface JsonElement {
  /** Undefined is a value that is skipped with its field, item or entry: an enum's name that is not known. */
  readonly read: ReadValue;
  /** Whether null is a value: of google.protobuf.Value and NullValue. */
  readonly takesNull: boolean;
  readonly isEnum: boolean;
}

export type ReadValue = (v: JsonValue, o: JsonReadContext) => unknown;

export interface JsonMapKey {
  readonly readKey: (key: string) => string | number;
  /** Whether two texts may be the same key, as "1" and "01" are. */
  readonly isLoose: boolean;
}

/** What a form of the code tells of a field. */
export interface JsonFieldParts extends JsonElement {
  readonly name: string;
  readonly jsonName: string;
  readonly shape: FieldShape;
  /** The property; in a oneof, the case. */
  readonly key: string;
  /** The property of the oneof. */
  readonly oneof: string;
  readonly mapKey: JsonMapKey | undefined;
}

/** What the reader of trees knows of a field. */
export type JsonField<P extends JsonFieldParts = JsonFieldParts> = P & {
  readonly index: number;
  readonly oneofIndex: number;
};

/** The fields of a message. */
export interface JsonTable<P extends JsonFieldParts = JsonFieldParts> {
  /** In the order of their numbers. */
  readonly fields: readonly JsonField<P>[];
  /** By both of their names. */
  readonly names: ReadonlyMap<string, JsonField<P>>;
  readonly readUnknown: ReadUnknown;
}

/** What becomes of a key that is no field. */
export type ReadUnknown = (m: AnyMessage, key: string, v: JsonValue, o: JsonReadContext) => void;

const onlyFields: ReadUnknown = (_m, key, _v, o) => unknownKey(key, o);

export function createTable<P extends JsonFieldParts>(
  parts: readonly P[],
  readUnknown: ReadUnknown = onlyFields,
): JsonTable<P> {
  const oneofs = new Map<string, number>();
  const fields = parts.map((part, index) => {
    if (!oneofs.has(part.oneof)) oneofs.set(part.oneof, oneofs.size);
    return { ...part, index, oneofIndex: oneofs.get(part.oneof)! };
  });
  const names = new Map<string, JsonField<P>>();
  // A name that is another field's name in JSON is that field's.
  for (const field of fields) names.set(field.name, field);
  for (const field of fields) names.set(field.jsonName, field);
  return { fields, names, readUnknown };
}
