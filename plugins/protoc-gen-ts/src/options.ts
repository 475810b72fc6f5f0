import type { OptionValues } from "@protoloom/plugin-kit";

/** The options of protoc-gen-ts. README.md explains each at length. */
export const options = {
  target: {
    values: ["ts", "js"],
    default: "ts",
    about: "x_pb.ts, or x_pb.js with x_pb.d.ts",
  },
  import_extension: {
    values: ["js", "ts", "mjs", "none"],
    default: "js",
    about: "what imports of other generated files end with",
  },
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
  enums: {
    values: ["enum", "const"],
    default: "enum",
    about: "TypeScript enums, or constants with a type, which are erasable syntax",
  },
  optimize: {
    values: ["schema", "speed", "code_size"],
    default: "schema",
    about: "generated or compact codecs; schema: as the file's optimize_for says",
  },
  keep_empty_files: {
    values: ["false", "true"],
    default: "false",
    about: "write a file also where there is nothing to generate",
  },
  rewrite_imports: {
    values: "text",
    default: "",
    repeatable: true,
    about: "FROM:TO, import generated files below FROM from the package TO",
  },
  bootstrap_wkt: {
    values: ["false", "true"],
    default: "false",
    about: "for the runtime package itself",
  },
} as const;

export type Options = OptionValues<typeof options>;
