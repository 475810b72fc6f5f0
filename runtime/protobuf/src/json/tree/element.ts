import type { MessageType } from "../../codec/message.js";
import type { JsonReadContext } from "../context.js";
import type { EnumJson } from "../scalar/enum.js";
import type { JsonValue } from "../value.js";
import type { JsonElement, ReadValue } from "./table.js";

/** The reader of a message: its MessageJson, or its JsonFields, which can make one. */
interface MessageReader {
  read(m: object, json: JsonValue, o: JsonReadContext): unknown;
  readonly create?: (new () => object) | undefined;
}

/**
 * The element for this letter of MessageInfo and its reference: the EnumJson of an enum, the reader of a message, or
 * the function that reads any other value.
 */
export function createElement(letter: string, ref: unknown, type: MessageType | undefined): JsonElement {
  if (/n/i.test(letter)) return enumElement(ref as EnumJson);
  if (letter === "J" || letter === "K") return messageElement(ref as MessageReader, type!);
  return { read: ref as ReadValue, takesNull: false, isEnum: false };
}

function enumElement(table: EnumJson): JsonElement {
  return { read: (v, o) => table.read(v, o), takesNull: table.kind === "null", isEnum: true };
}

function messageElement(reader: MessageReader, type: MessageType): JsonElement {
  const Create = reader.create ?? type;
  const takesNull = type.typeName === "google.protobuf.Value";
  return { read: (v, o) => reader.read(new Create(), v, o), takesNull, isEnum: false };
}
