export { type Comments, commentsOf, headComments } from "./comments.js";
export { locate } from "./location.js";
export { type FileNames, isIdentifier, type NamedType, namesOf, property, propertyKey } from "./names.js";
export { type OptionTable, type OptionValues, parseOptions } from "./options.js";
export { PluginError } from "./plugin-error.js";
export { type GeneratedFile, type Plugin, type Request, runPlugin } from "./run-plugin.js";
export { type ScalarInfo, scalars } from "./scalar.js";
export { type ImportSymbol, SourceFile, type Target } from "./source-file.js";
