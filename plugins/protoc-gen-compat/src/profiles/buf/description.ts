import { quote } from "./annotation.js";
import type { SourceField } from "./source.js";

/** `Field "1" with name "a" on message "M"`. */
export function fieldDescription(field: SourceField, withName = true): string {
  const isExtension = field.parent === undefined;
  const name = withName ? ` with name ${quote(isExtension ? field.fullName : field.proto.name)}` : "";
  const message = isExtension ? field.proto.extendee.slice(1) : field.parent.proto.name;
  return `${isExtension ? "Extension" : "Field"} "${field.proto.number}"${name} on message ${quote(message)}`;
}
