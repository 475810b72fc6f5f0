import type { UnknownField } from "../wire/wire-type.js";
import type { SizeHint } from "../wire/writer.js";

/** The part that all generated messages share. */
export interface AnyMessage {
  /** The full proto name, such as `shop.v1.Order`. */
  readonly $typeName: string;
  /** Fields that the schema does not know, in the order in which they were read. Written again on encode. */
  $unknown?: UnknownField[] | undefined;
}

/** A message class, as far as errors need it. */
export interface NamedType {
  readonly $info: FieldNames;
  readonly typeName?: string;
  /** For a message or an enum that is represented by something else: what is wrong with a value. */
  invalid?(value: unknown): string | undefined;
}

/** The fields of a message type: just enough to name one in an error. */
export interface FieldNames {
  readonly fields: string;
  readonly types: (() => readonly NamedType[]) | undefined;
}

/** Decodes bytes p to end into the message and returns it; d is the remaining recursion depth. */
export type Read<M> = (m: M, p: number, end: number, d: number) => M;

/** Encodes the message at position p of the output, and returns the position after it. */
export type Write<M> = (m: M, p: number) => number;

/** Returns the path of an unset required field in m or below it. */
export type Missing<M> = (m: M) => string | undefined;

/**
 * The binary codec of a message type, which a message finds through its class. The functions do not use `this`; they
 * are declared as methods so that the codec of one message type is assignable to the codec of any. `missing` is present
 * if the message has required fields, directly or nested.
 *
 * `fields` has one word for each field, by field number: an optional `*` (repeated) or `%` and the key's type (map),
 * the type, the proto name, a `$` for each one that settleNames has appended to its property, `=` and the number unless
 * it is one more than the last, `@` and the oneof's name in the same form, and `!` with flags. The flags are explained
 * in compact/info.ts; outside the compact form only `j` and `p` occur. A type is a letter: "A" stands for type 1 of
 * FieldDescriptorProto.Type, "B" for 2, and so on. "c", "d", "f", "p", "r" are the 64-bit types that are not
 * represented as bigint; "s" is a google.protobuf.Struct represented by a JSON object, "t" a Timestamp or Duration
 * represented by a TimeForm, and "n" an enum represented by EnumNames. `types` gives the classes of the message types and these
 * forms in the order in which "J" (group), "K" (message), "n" and "t" occur.
 */
export interface MessageInfo<M extends AnyMessage = AnyMessage> extends FieldNames, SizeHint {
  read(m: M, p: number, end: number, d: number): M;
  write(m: M, p: number): number;
  missing?(m: M): string | undefined;
  readonly explain: Explain;
  /** Tells the copies of this package in a process apart: `read` and `write` work on the input and output of their own. */
  readonly copy: unknown;
}

/**
 * Turns the exception that `verb` met in a message into an error for the caller. `input` is the bytes to decode, or the init
 * to create from. A codec brings its own, so that a bundle has only those in use.
 */
export type Explain = (e: unknown, message: AnyMessage, info: FieldNames, verb: string, input?: unknown) => unknown;

/** The codec of the message's class. */
export function infoOf<M extends AnyMessage>(message: M): MessageInfo<M> {
  return (message.constructor as unknown as { readonly $info: MessageInfo<M> }).$info;
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
  /** The property of the oneof, and its proto name. */
  readonly oneof: string | undefined;
  readonly group: string | undefined;
  readonly flags: string;
  readonly message: FieldNames | undefined;
  /** The class of the message. */
  readonly messageType: NamedType | undefined;
}

export type FieldKind = "singular" | "list" | "map" | "oneof";

export function kindOf({ repeated, mapKey, oneof }: FieldInfo): FieldKind {
  if (repeated) return "list";
  if (mapKey !== undefined) return "map";
  return oneof === undefined ? "singular" : "oneof";
}

const word = /^(\*|%(.))?(.)([^=@!$]+)(\$*)(?:=(\d+))?(?:@([^!]+))?(?:!(.+))?$/;

/** Parses the words. Runs only when an error must be explained or JSON is first used. */
export function parseFields(info: FieldNames): FieldInfo[] {
  const types = info.types?.() ?? [];
  let number = 0;
  let next = 0;
  return (info.fields === "" ? [] : info.fields.split(" ")).map((text) => {
    const [, repeated, mapKey, type = "", name = "", more = "", explicit, group, flags = ""] = word.exec(text)!;
    number = explicit === undefined ? number + 1 : Number(explicit);
    const messageType = "JKnt".includes(type) ? types[next++] : undefined;
    const message = messageType?.$info;
    const caseOf = flags.includes("p") ? String : caseName;
    const oneof = group === undefined ? undefined : localName(caseOf(group));
    const key = (oneof === undefined ? localName(caseOf(name)) : caseOf(name)) + more;
    return { name, number, key, type, repeated: repeated === "*", mapKey, oneof, group, flags, message, messageType };
  });
}

/**
 * The property name of a field or oneof whose name is in the case of properties, following protobuf-es: with `$` appended to names
 * that every object has.
 */
function localName(local: string): string {
  return /^(constructor|toString|toJSON|valueOf)\$*$/.test(local) ? `${local}$` : local;
}

/** A name in lowerCamelCase; of a field in a oneof the case, which is a value and not a property. */
function caseName(name: string): string {
  return name.replace(/_+([0-9]|.|$)/g, (_, c: string) => c.toUpperCase());
}

/** Prepends a path to a reason. A very long path (deep recursion) is cut in the middle. */
export function fieldPath(typeName: string, path: readonly string[]): string {
  const shown = path.length > 16 ? [...path.slice(0, 8), "…", ...path.slice(-8)] : path;
  return shown.length === 0 ? `message ${typeName}` : `field ${typeName}.${shown.join(".")}`;
}
