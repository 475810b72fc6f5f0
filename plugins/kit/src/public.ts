// The published API. The plugins of this repository import index.ts instead, by the condition @protoloom/source.
export type {
  EcmaScriptPluginOptions,
  FileInfo,
  GeneratedFile,
  ImportExtension,
  ImportSymbol,
  MapImports,
  Printable,
  Schema,
  Target,
} from "@bufbuild/protoplugin";
export { declarationText as getDeclarationString } from "./declaration.js";
export {
  createEcmaScriptPlugin,
  type EcmaScriptPlugin,
  type EcmaScriptPluginInit,
} from "./ecmascript/create-plugin.js";
export { createImportSymbol } from "./ecmascript/import-symbol.js";
export { optionTable } from "./ecmascript/option-table.js";
export { getComments, getPackageComments, getSyntaxComments } from "./ecmascript/source-comments.js";
export { locate, locateOption } from "./location.js";
export { safeIdentifier } from "./names.js";
export type { Option, OptionTable, OptionValues } from "./options.js";
export { PluginError } from "./plugin-error.js";
export { runPlugin, runPlugin as runNodeJs } from "./run-plugin.js";
