import type { Target } from "./source-file.js";

/** The synonyms of false and true in protoplugin. */
export const flagSynonyms = { "0": "false", "1": "true" } as const;

/** The options of every plugin that writes TypeScript files next to `x_pb`. */
export const fileOptions = {
  import_extension: {
    values: ["js", "ts", "mjs", "none", ".js", ".ts", ".mjs"],
    synonyms: { "": "none" },
    default: "js",
    about: "the extension of imports of other generated files",
  },
  js_import_style: {
    values: ["module", "legacy_commonjs"],
    default: "module",
    about: "the module format of JavaScript",
  },
  keep_empty_files: {
    values: ["false", "true"],
    synonyms: flagSynonyms as typeof flagSynonyms,
    default: "false",
    about: "write a file even if there is nothing to generate",
  },
  rewrite_imports: {
    values: "text",
    form: { shown: "FROM:TO", pattern: /^[^:]+:./ as RegExp },
    default: "",
    repeatable: true,
    about: "import protos that match FROM (google/type/, a/**/b.proto, ./a/*_pb.js) from the package TO",
  },
  ts_nocheck: {
    values: ["false", "true"],
    synonyms: flagSynonyms as typeof flagSynonyms,
    default: "false",
    about: "write // @ts-nocheck, so that TypeScript does not check the files",
  },
  elide_plugin_version: {
    values: ["false", "true"],
    synonyms: flagSynonyms as typeof flagSynonyms,
    default: "false",
    about: "leave the version of the plugin out of the heads of files",
  },
} as const;

/** The files that each value of the option `target` generates. */
export const targets: Readonly<Record<"ts" | "js" | "dts" | "js+dts", readonly Target[]>> = {
  ts: ["ts"],
  js: ["js", "dts"],
  dts: ["dts"],
  "js+dts": ["js", "dts"],
};
