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

/** A step of a path as a check notes it: the elements are made when somebody reads them. */
export interface Step {
  readonly element: PathElement;
  /** The index of an item, or the key of an entry. */
  readonly at: number | string | bigint | boolean | undefined;
  /** For an entry, the types of keys and values. */
  readonly types: readonly [keyType: number, valueType: number] | undefined;
  readonly next: Step | undefined;
}

/** The elements of a path from its first step. */
export function elementsOf(first: Step | undefined): readonly PathElement[] {
  const elements: PathElement[] = [];
  for (let step = first; step !== undefined; step = step.next) elements.push(elementOf(step));
  return elements;
}

function elementOf({ element, at, types }: Step): PathElement {
  if (at === undefined) return element;
  if (types === undefined) return { ...element, subscript: { case: "index", value: BigInt(at) } };
  const [keyType, valueType] = types;
  return { ...element, keyType, valueType, subscript: keySubscript(keyType, at) };
}

// google.protobuf.FieldDescriptorProto.Type: the unsigned types that a key can have
const UNSIGNED: ReadonlySet<number> = /*@__PURE__*/ new Set([4, 6, 7, 13]);

function keySubscript(keyType: number, key: string | number | bigint | boolean): Subscript {
  if (typeof key === "string") return { case: "stringKey", value: key };
  if (typeof key === "boolean") return { case: "boolKey", value: key };
  return { case: UNSIGNED.has(keyType) ? "uintKey" : "intKey", value: BigInt(key) };
}

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
