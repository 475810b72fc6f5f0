import type { UnknownField } from "../wire/wire-type.js";
import type { SizeHint } from "../wire/writer.js";

/** What every generated message has. */
export interface AnyMessage {
  readonly $typeName: string;
  $unknown?: UnknownField[] | undefined;
}

/** The fields of a message type: enough to name one in an error, no more. */
export interface FieldNames {
  readonly fields: string;
  readonly types: (() => readonly { readonly $info: FieldNames }[]) | undefined;
}

/** Decodes bytes p to end into the message and returns it; d is what is left of the recursion limit. */
export type Read<M> = (m: M, p: number, end: number, d: number) => M;

/** Encodes the message from position p of the output on, and returns the position behind it. */
export type Write<M> = (m: M, p: number) => number;

/** Returns the path of a required field that is not set, below m. */
export type Missing<M> = (m: M) => string | undefined;

/**
 * The binary codec of a message type, which a message finds by its class. The functions need no `this`; they are declared
 * as methods because those of one message then count as those of any. `missing` is there where the message has or holds
 * required fields.
 *
 * `fields` has one word for each field, in the order of their numbers: an optional `*` (repeated) or `%` and the key's
 * type (map), the type, the proto name, `$` for each that settleNames has put behind its property, `=` and the number
 * unless it follows the one before, `@` and the oneof's name, with the same, and `!` with flags: those of the compact form (compact-info.ts), of which others have `j` alone.
 * A type is a letter: "A" stands for type 1 of FieldDescriptorProto.Type, "B" for 2, and so on. "c", "d", "f", "p", "r"
 * are the 64-bit types in another shape than bigint; "s" is a google.protobuf.Struct in the shape of a JSON object.
 * `types` gives the classes of the message types in the order in which "J" (group) and "K" (message) occur.
 */
export interface MessageInfo<M extends AnyMessage = AnyMessage> extends FieldNames, SizeHint {
  read(m: M, p: number, end: number, d: number): M;
  write(m: M, p: number): number;
  missing?(m: M): string | undefined;
}

export function messageInfo<M extends AnyMessage>(
  fields: string,
  read: Read<M>,
  write: Write<M>,
  types?: FieldNames["types"],
  missing?: Missing<M>,
): MessageInfo<M> {
  // exactOptionalPropertyTypes has no undefined for `missing`; one shape for all messages is what makes reading it fast
  return { fields, types, size: 0, read, write, missing } as MessageInfo<M>;
}

/** One word of `MessageInfo.fields`, parsed. */
export interface FieldInfo {
  readonly name: string;
  readonly number: number;
  /** The property; in a oneof, the case. */
  readonly key: string;
  readonly type: string;
  readonly repeated: boolean;
  readonly mapKey: string | undefined;
  /** The property of the oneof. */
  readonly oneof: string | undefined;
  readonly flags: string;
  readonly message: FieldNames | undefined;
  /** The class of the message. */
  readonly messageType: { readonly $info: FieldNames } | undefined;
}

export type FieldShape = "singular" | "list" | "map" | "oneof";

export function shapeOf({ repeated, mapKey, oneof }: FieldInfo): FieldShape {
  if (repeated) return "list";
  if (mapKey !== undefined) return "map";
  return oneof === undefined ? "singular" : "oneof";
}

const word = /^(\*|%(.))?(.)([^=@!$]+)(\$*)(?:=(\d+))?(?:@([^!]+))?(?:!(.+))?$/;

/** Parses the words: done only when an error is to be explained, or JSON is first used. */
export function parseFields(info: FieldNames): FieldInfo[] {
  const types = info.types?.() ?? [];
  let number = 0;
  let next = 0;
  return (info.fields === "" ? [] : info.fields.split(" ")).map((text) => {
    const [, repeated, mapKey, type = "", name = "", more = "", explicit, group, flags = ""] = word.exec(text)!;
    number = explicit === undefined ? number + 1 : Number(explicit);
    const messageType = type === "J" || type === "K" ? types[next++] : undefined;
    const message = messageType?.$info;
    const oneof = group === undefined ? undefined : localName(group);
    const key = (oneof === undefined ? localName(name) : caseName(name)) + more;
    return { name, number, key, type, repeated: repeated === "*", mapKey, oneof, flags, message, messageType };
  });
}

/** The property of a field or a oneof, by the rule of protobuf-es: lowerCamelCase, `$` behind what every object has. */
function localName(name: string): string {
  const camel = caseName(name);
  return /^(constructor|toString|toJSON|valueOf)\$*$/.test(camel) ? `${camel}$` : camel;
}

/** The case of a field in a oneof: a value, not a property, so nothing is put behind it. */
function caseName(name: string): string {
  return name.replace(/_+([0-9]|.|$)/g, (_, c: string) => c.toUpperCase());
}

/** Puts a path in front of a reason. A very long path (deep recursion) is cut in the middle. */
export function fieldPath(typeName: string, path: readonly string[]): string {
  const shown = path.length > 16 ? [...path.slice(0, 8), "…", ...path.slice(-8)] : path;
  return shown.length === 0 ? `message ${typeName}` : `field ${typeName}.${shown.join(".")}`;
}
