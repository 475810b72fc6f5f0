// The API of generated JSON code. Each message has a MessageJson with two functions, and JsonFields, which read trees:
//
//   write(m, o: JsonWriteContext): string      concatenates JSON text
//   parse(m, o: JsonReadContext): X            starts with enter(o), ends with o.depth--, and fills m from text (text-reader.ts)
//
// Public methods get their context once: writeContext(options), readContext(options). A write function returns the JSON
// text of one value. A read function accepts any JSON value except null, whose meaning depends on the field, and fails
// with the reason only: the caller prepends the field's path.

export {
  fieldsJson,
  fromJson,
  fromJsonString,
  fromJsonText,
  type MessageJson,
  messageJson,
  parseMessage,
  toJSON,
  toJson,
  toJsonString,
} from "./codec.js";
export { CompactJsonMessage, tableJson } from "./compact/message.js";
export { compactJson, extensions } from "./compact/table.js";
export { enter, JsonReadContext, JsonWriteContext, readContext, writeContext } from "./context.js";
export { JsonMessage } from "./message.js";
export type {
  AnyExtension,
  JsonReadOptions,
  JsonWriteOptions,
  JsonWriteStringOptions,
  MessageClass,
  Registry,
} from "./options.js";
export { createRegistry } from "./registry.js";
export { readBool, readBoolKey, writeBool } from "./scalar/bool.js";
export { readBytes, writeBytes } from "./scalar/bytes.js";
export { EnumJson, type EnumKind, enumJson, writeEnum } from "./scalar/enum.js";
export { namedEnumJson } from "./scalar/enum-names.js";
export { readInt64, readInt64Key, readUint64, readUint64Key, writeInt64, writeUint64 } from "./scalar/int64.js";
export {
  readDouble,
  readFloat,
  readInt32,
  readInt32Key,
  readUint32,
  readUint32Key,
  writeDouble,
  writeFloat,
  writeInt32,
  writeUint32,
} from "./scalar/number.js";
export {
  writeDoubles,
  writeFloats,
  writeInt32s,
  writeInt64s,
  writeUint32s,
  writeUint64s,
} from "./scalar/number-list.js";
export { escapeString, readString, writeKey, writeString } from "./scalar/string.js";
export {
  giveUp,
  newKey,
  nextItem,
  nextMember,
  once,
  onceOfMany,
  onlyMember,
  openArray,
  openObject,
  type ParseJson,
  parseBool,
  parseBytes,
  parseDouble,
  parseDoubles,
  parseEnum,
  parseFloat,
  parseFloats,
  parseInt32,
  parseInt32s,
  parseInt64,
  parseKey,
  parseMapKey,
  parseString,
  parseTree,
  parseUint32,
  parseUint32s,
  parseUint64,
  parseValue,
  skipNull,
} from "./text/reader.js";
export { indentJson, parseJson } from "./text/tree-of-text.js";
export { type ExtensionJson, readExtension, writeExtensions } from "./tree/extension.js";
export { JsonFields, jsonFields, keyTexts } from "./tree/fields.js";
export { describeJson, type JsonObject, type JsonValue } from "./value.js";
export * from "./wkt/index.js";
