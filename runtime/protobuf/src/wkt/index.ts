// The well-known types: their classes, which protoc-gen-ts generates, and functions to use them.
export { anyIs, anyPack, anyUnpack } from "./any.js";
export {
  durationCompare,
  durationFromMs,
  durationFromNanos,
  durationFromString,
  durationMs,
  durationNanos,
  durationToString,
} from "./duration.js";
export {
  type FieldMaskTarget,
  fieldMaskFromPaths,
  fieldMaskIntersect,
  fieldMaskIsValid,
  fieldMaskNormalize,
  fieldMaskSubtract,
  fieldMaskUnion,
} from "./field-mask.js";
export { type FieldMaskMergeOptions, fieldMaskMerge, fieldMaskTrim } from "./field-mask-merge.js";
export * from "./gen/google/protobuf/any_pb.js";
export * from "./gen/google/protobuf/api_pb.js";
export * from "./gen/google/protobuf/compiler/plugin_pb.js";
export * from "./gen/google/protobuf/cpp_features_pb.js";
export * from "./gen/google/protobuf/descriptor_pb.js";
export * from "./gen/google/protobuf/duration_pb.js";
export * from "./gen/google/protobuf/empty_pb.js";
export * from "./gen/google/protobuf/field_mask_pb.js";
export * from "./gen/google/protobuf/go_features_pb.js";
export * from "./gen/google/protobuf/java_features_pb.js";
export * from "./gen/google/protobuf/source_context_pb.js";
export * from "./gen/google/protobuf/struct_pb.js";
export * from "./gen/google/protobuf/timestamp_pb.js";
export * from "./gen/google/protobuf/type_pb.js";
export * from "./gen/google/protobuf/wrappers_pb.js";
export {
  timestampAdd,
  timestampCompare,
  timestampDate,
  timestampFromDate,
  timestampFromInstant,
  timestampFromMs,
  timestampFromNanos,
  timestampFromString,
  timestampMs,
  timestampNanos,
  timestampNow,
  timestampSubtract,
  timestampToInstant,
  timestampToString,
} from "./timestamp.js";
