import { fileOptions, type OptionValues } from "@protoloom/plugin-kit";

// isolatedDeclarations asks for the types of rows that are written elsewhere
type Shared = typeof fileOptions;

/** The options of protoc-gen-ts. README.md explains each at length. */
export const options = {
  target: {
    values: ["ts", "js"],
    default: "ts",
    about: "x_pb.ts, or x_pb.js with x_pb.d.ts",
  },
  import_extension: fileOptions.import_extension as Shared["import_extension"],
  int64: {
    values: ["bigint", "string", "number"],
    default: "bigint",
    about: "the shape of 64-bit integers; jstype in the proto goes first",
  },
  json: {
    values: ["methods", "functions", "none"],
    default: "methods",
    about: "JSON as methods of the class, as functions beside it, or not at all",
  },
  json_types: {
    values: ["false", "true"],
    default: "false",
    about: "types of what toJson returns, OrderJson beside Order",
  },
  enums: {
    values: ["enum", "const"],
    default: "enum",
    about: "TypeScript enums, or constants with a type, which are erasable syntax",
  },
  optimize: {
    values: ["schema", "speed", "code_size"],
    default: "schema",
    about: "speed: generated codecs; code_size: compact ones; schema: as the file's optimize_for says",
  },
  keep_empty_files: {
    values: ["false", "true"],
    default: "false",
    about: "taken for protoc-gen-es's sake: x_pb is always written, since others import its descriptor",
  },
  rewrite_imports: fileOptions.rewrite_imports as Shared["rewrite_imports"],
  ts_nocheck: fileOptions.ts_nocheck as Shared["ts_nocheck"],
  bootstrap_wkt: {
    values: ["false", "true"],
    default: "false",
    about: "for the runtime package itself",
  },
} as const;

export type Options = OptionValues<typeof options>;
