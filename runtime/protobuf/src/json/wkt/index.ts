// The JSON of the well-known types with their own form. Each file says how generated code calls it. The functions that
// read and format a single value are for `@protoloom/protobuf/wkt`.
export { type AnyShape, type Encodable, encodeInside, readAnyJson, typeUrlToName, writeAnyJson } from "./any.js";
export { type DurationShape, formatDuration, parseDuration, readDurationJson, writeDurationJson } from "./duration.js";
export { type FieldMaskShape, readFieldMaskJson, writeFieldMaskJson } from "./field-mask.js";
export {
  type ListValueShape,
  readListValueJson,
  readStructJson,
  readValueJson,
  type StructClasses,
  type StructShape,
  type ValueShape,
  writeListValueJson,
  writeStructJson,
  writeValueJson,
} from "./struct.js";
export { readStructObject, structFromJson, structToJson, writeStructObject } from "./struct-object.js";
export {
  durationTemporal,
  durationText,
  type Instant,
  Seconds,
  type TemporalDuration,
  type TimeForm,
  timestampDate,
  timestampInstant,
  timestampText,
} from "./time.js";
export { cloneTimes, equalTimes } from "./time-fields.js";
export {
  formatTimestamp,
  parseTimestamp,
  readTimestampJson,
  type TimestampShape,
  writeTimestampJson,
} from "./timestamp.js";
export {
  readBoolValueJson,
  readBytesValueJson,
  readDoubleValueJson,
  readFloatValueJson,
  readInt32ValueJson,
  readInt64ValueJson,
  readStringValueJson,
  readUInt32ValueJson,
  readUInt64ValueJson,
  type WrapperShape,
  writeBoolValueJson,
  writeBytesValueJson,
  writeDoubleValueJson,
  writeFloatValueJson,
  writeInt32ValueJson,
  writeInt64ValueJson,
  writeStringValueJson,
  writeUInt32ValueJson,
  writeUInt64ValueJson,
} from "./wrappers.js";
