import { fileOptions, type OptionValues } from "@protoloom/plugin-kit";

// isolatedDeclarations requires the types of rows that are defined elsewhere
type Shared = typeof fileOptions;

/** The options of protoc-gen-ts-grpc: those of protoc-gen-ts that concern services, with the same values. */
export const options = {
  target: {
    values: ["ts", "js", "dts", "js+dts"],
    synonyms: { "dts+js": "js+dts" },
    default: "ts",
    about: "x_grpc.ts, x_grpc.js with x_grpc.d.ts (js and js+dts), or x_grpc.d.ts alone",
  },
  import_extension: fileOptions.import_extension as Shared["import_extension"],
  js_import_style: fileOptions.js_import_style as Shared["js_import_style"],
  keep_empty_files: fileOptions.keep_empty_files as Shared["keep_empty_files"],
  rewrite_imports: fileOptions.rewrite_imports as Shared["rewrite_imports"],
  ts_nocheck: fileOptions.ts_nocheck as Shared["ts_nocheck"],
  elide_plugin_version: fileOptions.elide_plugin_version as Shared["elide_plugin_version"],
} as const;

export type Options = OptionValues<typeof options>;
