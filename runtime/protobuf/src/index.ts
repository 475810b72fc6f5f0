export type { BinaryReadOptions } from "./codec/decode.js";
export type { BinaryWriteOptions } from "./codec/encode.js";
export { clearExtension, type Extension, getExtension, hasExtension, setExtension } from "./codec/extension.js";
export type { AnyMessage } from "./codec/message-info.js";
export { ProtobufError } from "./error.js";
export type {
  JsonReadOptions,
  JsonWriteOptions,
  JsonWriteStringOptions,
  MessageClass,
  Registry,
} from "./json/options.js";
export { createRegistry } from "./json/registry.js";
export type { JsonObject, JsonValue } from "./json/value.js";
export { mergeFromJson, mergeFromJsonString } from "./merge/json.js";
export { merge } from "./merge/message.js";
export type { StandardIssue } from "./schema/issues.js";
export {
  type SchemaViolation,
  type StandardResult,
  type StandardSchema,
  standardSchema,
} from "./schema/standard.js";
export {
  type SizeDelimitedHead,
  type SizeDelimitedOptions,
  sizeDelimitedDecodeStream,
  sizeDelimitedEncode,
  sizeDelimitedPeek,
} from "./size-delimited.js";
export { type UnknownField, WireType } from "./wire/wire-type.js";
export type { Bytes } from "./wire/writer.js";
