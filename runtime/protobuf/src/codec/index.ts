// The API of generated code and of `@protoloom/protobuf/wkt`. Not meant to be called by hand.

export { fail } from "../error.js";
export * from "../wire/read-packed.js";
export { readKey, readRawString, readString } from "../wire/read-string.js";
export {
  input,
  next,
  readBool,
  readBytes,
  readDouble,
  readFixed32,
  readFixed64,
  readFloat,
  readInt64,
  readSfixed32,
  readSfixed64,
  readSint64,
  readTag,
  readUint64,
  readVarint,
  skip,
  tooDeep,
  truncated,
} from "../wire/reader.js";
export { readRawText, readText, writeRawText, writeText } from "../wire/text.js";
export { type UnknownField, WireType } from "../wire/wire-type.js";
export * from "../wire/write-packed.js";
export { writeRawString, writeString } from "../wire/write-string.js";
export {
  type Bytes,
  capacity,
  deterministic,
  endLength,
  invalid,
  output,
  overflow,
  patchLength,
  reserved,
  writeBool,
  writeBytes,
  writeDouble,
  writeFixed32,
  writeFixed64,
  writeFloat,
  writeInt32,
  writeInt64,
  writeSfixed32,
  writeSfixed64,
  writeSint32,
  writeSint64,
  writeUint32,
  writeUint64,
} from "../wire/writer.js";
export { clone } from "./clone.js";
export type { CompactInfo, CompactTable } from "./compact/info.js";
export { initCompact } from "./compact/init.js";
export { CompactMessage, compactInfo } from "./compact/message.js";
export { messageInfo, smallInfo } from "./create-info.js";
export { type BinaryReadOptions, decode, decodeRange } from "./decode.js";
export { type BinaryWriteOptions, encode, encodeInto, isOwnCodec } from "./encode.js";
export { type EnumNames, enumNames } from "./enum-names.js";
export { equals } from "./equals.js";
export {
  clearExtension,
  type Extension,
  type ExtensionCodec,
  type ExtensionHolder,
  extensionCodec,
  getExtension,
  hasExtension,
  setExtension,
} from "./extension.js";
export { readGroup } from "./group.js";
export {
  initialize,
  initList,
  initLongMap,
  initMap,
  initMessage,
  initMessageMap,
  initMessages,
  initNumber,
  initString,
  ownFields,
} from "./init.js";
export { asList } from "./list.js";
export { longToNumber, toBigint } from "./long.js";
export { asMap, setEntry, sortedEntries, toBool } from "./map.js";
export { constructorOf, Message, type MessageType, newDerived } from "./message.js";
export { type AnyMessage, infoOf, type MessageInfo, parseFields } from "./message-info.js";
export { checkUnset, groupOneofs, noOneof } from "./oneof.js";
export { emptyBytes, readUnknown, unknownEntry, unknownEnum, writeUnknownFields } from "./unknown.js";
