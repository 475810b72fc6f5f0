/**
 * One step of the way to a field, or to a rule: what `buf.validate.FieldPathElement` holds, in the shape of its init. A oneof
 * has no number and no type.
 */
export interface PathElement {
  /** The number of the field. */
  readonly fieldNumber?: number;
  /** The name of the field in the proto file, of a oneof, or of an extension in brackets. */
  readonly fieldName: string;
  /** The type of the field, as `google.protobuf.FieldDescriptorProto.Type`. */
  readonly fieldType?: number;
  /** The type of a map's keys. */
  readonly keyType?: number;
  /** The type of a map's values. */
  readonly valueType?: number;
  /** The item of a list, or the entry of a map. */
  readonly subscript?: Subscript;
}

/** An index or a key, in the shape of the oneof `subscript` of `buf.validate.FieldPathElement`. */
export type Subscript =
  | { readonly case: "index" | "intKey" | "uintKey"; readonly value: bigint }
  | { readonly case: "boolKey"; readonly value: boolean }
  | { readonly case: "stringKey"; readonly value: string };

/** A path as text: `items[0].name`, `owners["ab"]`. */
export function pathText(path: readonly PathElement[]): string {
  let text = "";
  for (const { fieldName, subscript } of path) {
    if (text !== "" && !fieldName.startsWith("[")) text += ".";
    text += fieldName;
    if (subscript !== undefined) text += `[${subscriptText(subscript)}]`;
  }
  return text;
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", '"': '\\"', "\r": "\\r", "\n": "\\n" };

function subscriptText({ value }: Subscript): string {
  return typeof value === "string" ? `"${value.replace(/[\\"\r\n]/g, (c) => escapes[c]!)}"` : String(value);
}
