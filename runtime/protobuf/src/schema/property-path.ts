import { type FieldInfo, type NamedType, parseFields } from "../codec/message-info.js";

/** One step of a path: a name, and the index or the quoted key in brackets. */
const step = /([^.[\]]+)|\[("(?:[^"\\]|\\.)*"|[^\]]*)\]/g;

/** The properties on a path of proto names, such as `items[0].paid_at`. A step that is no field stays as it is. */
export function propertyPath(type: NamedType, path: string): (string | number)[] {
  const properties: (string | number)[] = [];
  let within: NamedType | undefined = type;
  for (const [, name, index] of path.matchAll(step)) {
    if (name === undefined) {
      properties.push(indexOf(index!));
      continue;
    }
    const field: FieldInfo | undefined =
      within === undefined ? undefined : parseFields(within.$info).find((one) => one.name === name);
    if (field === undefined) properties.push(name);
    else if (field.oneof === undefined) properties.push(field.key);
    else properties.push(field.oneof, "value");
    within = field?.messageType;
  }
  return properties;
}

/** The index of a list is a number, the key of a map text, whatever its type. */
function indexOf(text: string): string | number {
  if (text.startsWith('"')) return JSON.parse(text) as string;
  return /^\d+$/.test(text) ? Number(text) : text;
}
