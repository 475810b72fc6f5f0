export { parseBytesDefault } from "./bytes-default.js";
export { fieldsWithDefault } from "./declared-default.js";
export { block, comment, doc, isDeprecated } from "./doc.js";
export {
  type EnumForm,
  type EnumValue,
  elementType,
  type FieldTypeOptions,
  type FieldValue,
  fieldType,
  fieldValue,
  holdsNames,
  isOptional,
  keyType,
  longShape,
  type MessageValue,
  type ScalarValue,
  type TypeNames,
  wrapped,
} from "./field-type.js";
export { fileOptions, flagSynonyms, targets } from "./file-options.js";
export { headOf } from "./head.js";
export { type ImportOptions, importPath, isShipped, modulePath, relative } from "./import-path.js";
export { locate, locateOption } from "./location.js";
export {
  type FileNames,
  isIdentifier,
  type NamedType,
  namesOf,
  property,
  propertyKey,
  safeIdentifier,
} from "./names.js";
export { optimizeLater } from "./optimize-later.js";
export { type OptionTable, type OptionValues, parseOptions } from "./options.js";
export { own, ownByOption } from "./own.js";
export { PluginError, refuse } from "./plugin-error.js";
export { readRequest, serializedFile } from "./read-request.js";
export { readText } from "./read-text.js";
export { LENGTH_DELIMITED, MalformedRecord, Records } from "./records.js";
export { hasRequired, isRequired, needsCheck } from "./required.js";
export { type GeneratedFile, type Plugin, type Request, respond } from "./respond.js";
export { runPlugin } from "./run-plugin.js";
export { type ScalarInfo, scalars } from "./scalar.js";
export { isSettled, settledSuffix } from "./settled-names.js";
export { fileOf, pathInSource } from "./source.js";
export { type ImportSymbol, literal, SourceFile, type Target, verbatim } from "./source-file.js";
export { type TimeForm, timeMistake } from "./time-form.js";
