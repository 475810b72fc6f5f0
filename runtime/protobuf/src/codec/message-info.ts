import type { UnknownField } from "../wire/wire-type.js";
import type { SizeHint } from "../wire/writer.js";

/** What every generated message has. */
export interface AnyMessage {
  readonly $typeName: string;
  $unknown?: UnknownField[] | undefined;
}

/**
 * What is known of a message type beside its code: enough to name a field in an error, no more.
 *
 * `fields` has one word for each field, in the order of their numbers: an optional `*` (repeated) or `%` and the key's
 * type (map), the type, the proto name, `=` and the number unless it follows the one before, `@` and the oneof's name,
 * and `!` with flags where the message has the compact form (compact-info.ts).
 * A type is a letter: "A" stands for type 1 of FieldDescriptorProto.Type, "B" for 2, and so on. "c", "d", "f", "p", "r"
 * are the 64-bit types in another shape than bigint; "s" is a google.protobuf.Struct in the shape of a JSON object.
 * `types` gives the infos of the message types in the order in which "J" (group) and "K" (message) occur.
 */
export interface MessageInfo extends SizeHint {
  readonly fields: string;
  readonly types: (() => readonly MessageInfo[]) | undefined;
}

export function messageInfo(fields: string, types?: () => readonly MessageInfo[]): MessageInfo {
  return { fields, types, size: 0 };
}

/** One word of `MessageInfo.fields`, parsed. */
export interface FieldInfo {
  readonly name: string;
  readonly number: number;
  readonly type: string;
  readonly repeated: boolean;
  readonly mapKey: string | undefined;
  readonly oneof: string | undefined;
  readonly flags: string;
  readonly message: MessageInfo | undefined;
}

const word = /^(\*|%(.))?(.)([^=@!]+)(?:=(\d+))?(?:@([^!]+))?(?:!(.+))?$/;

/** Parses the words: done only when an error is to be explained. */
export function parseFields(info: MessageInfo): FieldInfo[] {
  const types = info.types?.() ?? [];
  let number = 0;
  let next = 0;
  return (info.fields === "" ? [] : info.fields.split(" ")).map((text) => {
    const [, repeated, mapKey, type = "", name = "", explicit, oneof, flags = ""] = word.exec(text)!;
    number = explicit === undefined ? number + 1 : Number(explicit);
    const message = type === "J" || type === "K" ? types[next++] : undefined;
    return { name, number, type, repeated: repeated === "*", mapKey, oneof, flags, message };
  });
}

/** The name of a field's property, by the rule of protobuf-es: lowerCamelCase, `$` behind what every object has. */
export function localName(name: string): string {
  const camel = name.replace(/_+([0-9]|.|$)/g, (_, c: string) => c.toUpperCase());
  return /^(constructor|toString|toJSON|valueOf)$/.test(camel) ? `${camel}$` : camel;
}

/** Puts a path in front of a reason. A very long path (deep recursion) is cut in the middle. */
export function fieldPath(typeName: string, path: readonly string[]): string {
  const shown = path.length > 16 ? [...path.slice(0, 8), "…", ...path.slice(-8)] : path;
  return shown.length === 0 ? `message ${typeName}` : `field ${typeName}.${shown.join(".")}`;
}
