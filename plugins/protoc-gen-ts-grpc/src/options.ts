import { fileOptions, type OptionValues } from "@protoloom/plugin-kit";

// isolatedDeclarations requires the types of rows that are defined elsewhere
type Shared = typeof fileOptions;

/** The options of protoc-gen-ts-grpc: those of protoc-gen-ts that concern services, with the same values. */
export const options = {
  target: {
    values: ["ts", "js"],
    default: "ts",
    about: "x_grpc.ts, or x_grpc.js with x_grpc.d.ts",
  },
  import_extension: fileOptions.import_extension as Shared["import_extension"],
  keep_empty_files: fileOptions.keep_empty_files as Shared["keep_empty_files"],
  rewrite_imports: fileOptions.rewrite_imports as Shared["rewrite_imports"],
  ts_nocheck: fileOptions.ts_nocheck as Shared["ts_nocheck"],
} as const;

export type Options = OptionValues<typeof options>;
