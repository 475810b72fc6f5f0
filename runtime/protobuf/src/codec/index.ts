// The API of generated code and of `@protoloom/protobuf/wkt`. Not meant to be called by hand.

export { fail } from "../error.js";
export * from "../wire/read-packed.js";
export { key as readKey, rawString as readRawString, string as readString } from "../wire/read-string.js";
export {
  bool as readBool,
  bytes as readBytes,
  double as readDouble,
  fixed32 as readFixed32,
  fixed64 as readFixed64,
  float as readFloat,
  input,
  int64 as readInt64,
  next,
  sfixed32 as readSfixed32,
  sfixed64 as readSfixed64,
  sint64 as readSint64,
  skip,
  tag as readTag,
  tooDeep,
  truncated,
  uint64 as readUint64,
  varint as readVarint,
} from "../wire/reader.js";
export { type UnknownField, WireType } from "../wire/wire-type.js";
export * from "../wire/write-packed.js";
export { rawString as writeRawString, string as writeString } from "../wire/write-string.js";
export {
  type Bytes,
  bool as writeBool,
  bytes as writeBytes,
  capacity,
  deterministic,
  double as writeDouble,
  endLength,
  fixed32 as writeFixed32,
  fixed64 as writeFixed64,
  float as writeFloat,
  int32 as writeInt32,
  int64 as writeInt64,
  output,
  overflow,
  patchLength,
  reserved,
  sfixed32 as writeSfixed32,
  sfixed64 as writeSfixed64,
  sint32 as writeSint32,
  sint64 as writeSint64,
  uint32 as writeUint32,
  uint64 as writeUint64,
} from "../wire/writer.js";
export { clone } from "./clone.js";
export type { CompactInfo, CompactTable } from "./compact/info.js";
export { initCompact } from "./compact/init.js";
export { CompactMessage, compactInfo } from "./compact/message.js";
export { type BinaryReadOptions, decode } from "./decode.js";
export { type BinaryWriteOptions, encode } from "./encode.js";
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
  initFrom,
  initLongMap,
  initMap,
  initMessage,
  initMessageMap,
  initMessages,
  initNumber,
  initString,
  ownFields,
} from "./init.js";
export { longToNumber, toBigint } from "./long.js";
export { asMap, setEntry, sortedEntries, toBool } from "./map.js";
export { constructorOf, infoOf, Message, type MessageType, newDerived } from "./message.js";
export { type AnyMessage, type MessageInfo, messageInfo, parseFields } from "./message-info.js";
export { noOneof } from "./oneof.js";
export { emptyBytes, readUnknown, unknownEntry, unknownEnum, writeUnknownFields } from "./unknown.js";
