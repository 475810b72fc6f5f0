import type { AnyMessage, FieldKind } from "../../codec/message-info.js";
import type { JsonReadContext } from "../context.js";
import type { JsonValue } from "../value.js";
import { unknownKey } from "./unknown-key.js";

/** One element of a field: the field itself, a list item or a map value. */
export interface JsonElement {
  /** Undefined means to skip the field, item or entry: an unknown enum name. */
  readonly read: ReadValue;
  /** Whether null is a value, as for google.protobuf.Value and NullValue. */
  readonly takesNull: boolean;
  readonly isEnum: boolean;
}

export type ReadValue = (v: JsonValue, o: JsonReadContext) => unknown;

export interface JsonMapKey {
  readonly readKey: (key: string) => string | number;
  /** Whether two texts may be the same key, such as "1" and "01". */
  readonly isLoose: boolean;
}

/** The description of a field, in either form of generated code. */
export interface JsonFieldParts extends JsonElement {
  readonly name: string;
  readonly jsonName: string;
  readonly kind: FieldKind;
  /** The property; in a oneof, the case. */
  readonly key: string;
  /** The property of the oneof. */
  readonly oneof: string;
  readonly mapKey: JsonMapKey | undefined;
}

/** A field for the tree reader. */
export type JsonField<P extends JsonFieldParts = JsonFieldParts> = P & {
  readonly index: number;
  readonly oneofIndex: number;
};

/** The fields of a message. */
export interface JsonTable<P extends JsonFieldParts = JsonFieldParts> {
  /** By field number. */
  readonly fields: readonly JsonField<P>[];
  /** By both names. */
  readonly names: ReadonlyMap<string, JsonField<P>>;
  readonly readUnknown: ReadUnknown;
}

/** Handles a key that is not a field. */
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
  // A name that is another field's JSON name belongs to that field.
  for (const field of fields) names.set(field.name, field);
  for (const field of fields) names.set(field.jsonName, field);
  return { fields, names, readUnknown };
}
