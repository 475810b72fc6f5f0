import { fileOptions, type OptionValues } from "@protoloom/plugin-kit";

// isolatedDeclarations requires the types of rows that are defined elsewhere
type Shared = typeof fileOptions;

/** The options of protoc-gen-ts-validate: those of protoc-gen-ts that concern it, with the same values, and its own. */
export const options = {
  target: {
    values: ["ts", "js", "dts", "js+dts"],
    default: "ts",
    about: "x_validate.ts, x_validate.js with x_validate.d.ts (js and js+dts), or x_validate.d.ts alone",
  },
  int64: {
    values: ["bigint", "string", "number"],
    default: "bigint",
    about: "the type of 64-bit integers, as given to protoc-gen-ts",
  },
  timestamps: {
    values: ["message", "date", "temporal", "string"],
    default: "message",
    about: "the type of google.protobuf.Timestamp in fields, as given to protoc-gen-ts",
  },
  durations: {
    values: ["message", "temporal", "string"],
    default: "message",
    about: "the type of google.protobuf.Duration in fields, as given to protoc-gen-ts",
  },
  enums: {
    values: ["enum", "const", "string"],
    default: "enum",
    about: "what enums are, as given to protoc-gen-ts",
  },
  names: {
    values: ["camel", "proto"],
    default: "camel",
    about: "the names of properties, as given to protoc-gen-ts",
  },
  fallback: {
    values: ["library", "error"],
    default: "library",
    about: "what a rule becomes that cannot be compiled: a call of @bufbuild/protovalidate, or an error",
  },
  invalid_rules: {
    values: ["error", "throw"],
    default: "error",
    about: "what a rule becomes that is wrong: an error, or code that throws a CompilationError",
  },
  legacy_required: {
    values: ["false", "true"],
    default: "false",
    about: "fields that are required in proto2 must be set",
  },
  import_extension: fileOptions.import_extension as Shared["import_extension"],
  js_import_style: fileOptions.js_import_style as Shared["js_import_style"],
  keep_empty_files: fileOptions.keep_empty_files as Shared["keep_empty_files"],
  rewrite_imports: fileOptions.rewrite_imports as Shared["rewrite_imports"],
  ts_nocheck: fileOptions.ts_nocheck as Shared["ts_nocheck"],
} as const;

export type Options = OptionValues<typeof options>;
