import type { EcmaScriptPluginOptions, ImportExtension, Target } from "@bufbuild/protoplugin";
import { flagSynonyms } from "../file-options.js";
import type { Option, OptionValues } from "../options.js";

type Choice<V extends string> = Option & { readonly values: readonly V[] };
type Text = Option & { readonly values: "text" };
type Flag = Choice<"false" | "true">;

const flag = (about: string): Flag => ({ values: ["false", "true"], synonyms: flagSynonyms, default: "false", about });

const rule = { shown: "PATTERN:TARGET", pattern: /^[^:]+:./ };

/** The options of every plugin created with `createEcmaScriptPlugin`, as in protoplugin. */
export const ecmaScriptOptions: {
  readonly target: Text;
  readonly import_extension: Choice<ImportExtension>;
  readonly js_import_style: Choice<"module" | "legacy_commonjs">;
  readonly keep_empty_files: Flag;
  readonly ts_nocheck: Flag;
  readonly elide_plugin_version: Flag;
  readonly bootstrap_wkt: Flag;
  readonly map_imports: Text;
  readonly rewrite_imports: Text;
} = {
  target: {
    values: "text",
    form: { shown: "js|ts|dts|js+dts|…", pattern: /^(js|ts|dts)(\+(js|ts|dts))*$/ },
    default: "js+dts",
    about: "the files to write: JavaScript, TypeScript, declarations",
  },
  import_extension: {
    values: ["none", "js", "ts"],
    synonyms: { "": "none", ".js": "js", ".ts": "ts" },
    default: "none",
    about: "the extension of relative imports",
  },
  js_import_style: {
    values: ["module", "legacy_commonjs"],
    default: "module",
    about: "import statements or require() calls in JavaScript",
  },
  keep_empty_files: flag("write empty files too"),
  ts_nocheck: flag("write // @ts-nocheck at the top of each file"),
  elide_plugin_version: flag("leave the plugin's version out of the top of each file"),
  bootstrap_wkt: flag("generate the well-known types for the runtime itself"),
  map_imports: {
    values: "text",
    form: rule,
    default: "",
    repeatable: true,
    about: "import protos that match PATTERN (google/rpc/, a/**/b.proto) from the package TARGET",
  },
  rewrite_imports: {
    values: "text",
    form: { shown: rule.shown, pattern: /:/ },
    default: "",
    repeatable: true,
    about: "import paths that match PATTERN (./foo/**/*_pb.js) from TARGET",
  },
};

/** The values in the form of protoplugin's `Schema.options`. */
export function toEcmaScriptOptions(values: OptionValues<typeof ecmaScriptOptions>): EcmaScriptPluginOptions {
  return {
    targets: [...new Set(values.target.split("+") as Target[])],
    importExtension: values.import_extension,
    jsImportStyle: values.js_import_style,
    keepEmptyFiles: isOn(values.keep_empty_files),
    tsNocheck: isOn(values.ts_nocheck),
    elidePluginVersion: isOn(values.elide_plugin_version),
    bootstrapWkt: isOn(values.bootstrap_wkt),
    mapImports: rulesOf(values.map_imports),
    rewriteImports: rulesOf(values.rewrite_imports),
  };
}

function isOn(value: string): boolean {
  return value === "true";
}

function rulesOf(text: string): { pattern: string; target: string }[] {
  if (text === "") return [];
  return text.split("\n").map((rule) => {
    const at = rule.indexOf(":");
    return { pattern: rule.slice(0, at), target: rule.slice(at + 1) };
  });
}

/** The parameter for the head of a file. It omits rewrite_imports, which can be long and is not useful there. */
export function shownParameter(parameter: string): string {
  return parameter
    .split(",")
    .filter((option) => !option.startsWith("rewrite_imports="))
    .join(",");
}
