import { fileOptions, flagSynonyms, type OptionValues } from "@protoloom/plugin-kit";

// isolatedDeclarations requires the types of rows that are defined elsewhere
type Shared = typeof fileOptions;

/** The options of protoc-gen-ts. README.md explains each at length. */
export const options = {
  target: {
    values: ["ts", "js", "dts", "js+dts"],
    synonyms: { "dts+js": "js+dts" },
    default: "ts",
    about: "x_pb.ts, x_pb.js with x_pb.d.ts (js and js+dts), or x_pb.d.ts alone",
  },
  import_extension: fileOptions.import_extension as Shared["import_extension"],
  js_import_style: fileOptions.js_import_style as Shared["js_import_style"],
  int64: {
    values: ["bigint", "string", "number"],
    default: "bigint",
    about: "the type of 64-bit integers; jstype in the proto takes precedence",
  },
  timestamps: {
    values: ["message", "date", "temporal", "string"],
    default: "message",
    about: "the type of google.protobuf.Timestamp in fields: the message, Date, Temporal.Instant or RFC 3339 text",
  },
  durations: {
    values: ["message", "temporal", "string"],
    default: "message",
    about: "the type of google.protobuf.Duration in fields: the message, Temporal.Duration or text such as 1.5s",
  },
  json: {
    values: ["methods", "functions", "none"],
    default: "methods",
    about: "JSON as methods of the class, as functions beside it, or not at all",
  },
  json_types: {
    values: ["false", "true"],
    synonyms: flagSynonyms as typeof flagSynonyms,
    default: "false",
    about: "return types for toJson: OrderJson for Order",
  },
  message_types: {
    values: ["class", "shape", "readonly"],
    default: "class",
    about: "the type Order: the class, only its fields, as in protobuf-es, or the class with readonly fields",
  },
  valid_types: {
    values: "text",
    form: {
      shown: "RULE+RULE",
      pattern: /^(legacy_required|protovalidate_required)(\+(legacy_required|protovalidate_required))*$/ as RegExp,
    },
    default: "",
    about: "types of valid messages, OrderValid beside Order, by legacy_required and protovalidate_required",
  },
  index: {
    values: ["none", "package"],
    default: "none",
    about: "an index file for each package, which exports everything of its files",
  },
  names: {
    values: ["camel", "proto"],
    default: "camel",
    about: "the names of properties: lowerCamelCase, or as in the proto file",
  },
  oneofs: {
    values: ["case", "getters"],
    default: "case",
    about: "oneofs as { case, value } alone, or with a getter and a setter for each member, order.card, too",
  },
  enums: {
    values: ["enum", "const", "string"],
    default: "enum",
    about: "TypeScript enums, constants with a type, which are erasable syntax, or unions of the names as strings",
  },
  erasable_syntax: {
    values: ["false", "true"],
    synonyms: flagSynonyms as typeof flagSynonyms,
    default: "false",
    about: "the same as enums=const, under its name in protoc-gen-es",
  },
  optimize: {
    values: ["schema", "speed", "size", "code_size"],
    default: "schema",
    about:
      "speed: generated codecs; size: the same with a small runtime; code_size: compact tables; schema: follow optimize_for",
  },
  keep_empty_files: {
    values: ["false", "true"],
    synonyms: flagSynonyms as typeof flagSynonyms,
    default: "false",
    about: "no effect, as x_pb is always written: other files import its descriptor",
  },
  rewrite_imports: fileOptions.rewrite_imports as Shared["rewrite_imports"],
  ts_nocheck: fileOptions.ts_nocheck as Shared["ts_nocheck"],
  elide_plugin_version: fileOptions.elide_plugin_version as Shared["elide_plugin_version"],
  bootstrap_wkt: {
    values: ["false", "true"],
    synonyms: flagSynonyms as typeof flagSynonyms,
    default: "false",
    about: "for generating the runtime package itself",
  },
} as const;

export type Options = OptionValues<typeof options>;
