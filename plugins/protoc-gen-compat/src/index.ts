export { changedSchemas, type Schemas, schemaOf } from "./baseline/changed.js";
export { type Image, imageOf, parseImage, parseJsonImage, shownPath } from "./baseline/image.js";
export { lockImage } from "./baseline/lock.js";
export { check } from "./check/check.js";
export type { CheckOptions } from "./check/context.js";
export type { ProtoPath, Setup } from "./edge/compile.js";
export { type Compiler, findCompiler, findUpwards } from "./edge/find-compiler.js";
export { type Baseline, baselineForms, type From, loadBaselines, loadBoth, loadInput } from "./edge/load.js";
export { loadRules } from "./edge/load-rules.js";
export { pruneWaivers } from "./edge/prune.js";
export { readYaml } from "./edge/read-yaml.js";
export { type Workspace, workspaceOf } from "./edge/workspace.js";
export { type Fixed, writeFixes } from "./edge/write-fixes.js";
export type { Direction, Effect, Finding, Location, Role, Surface, Verdict, Witness } from "./finding.js";
export { reservationsOf } from "./fix.js";
export { type Format, formats } from "./formats/index.js";
export { colours, formatText, plain } from "./formats/text.js";
export { type GateOptions, gate } from "./gate.js";
export { InputError } from "./input-error.js";
export type { FieldLayout, Layout, Value } from "./layout.js";
export type {
  AnyField,
  EnumPair,
  FieldPair,
  FieldSide,
  FilePair,
  MessagePair,
  MethodPair,
  Pair,
  PairKind,
  ServicePair,
  ValuePair,
} from "./pairs.js";
export {
  type CompilerName,
  type Config,
  ConfigError,
  compilerNames,
  isDay,
  type Profile,
  parseConfig,
  profiles,
} from "./policy/config.js";
export { type Approval, defaultPolicy, judge, type Policy } from "./policy/policy.js";
export { bufJson, bufText, checkLikeBuf } from "./profiles/buf/check.js";
export { type BufConfigs, ConfigError as BufConfigError, ofModule, parseBufConfig } from "./profiles/buf/config.js";
export { confluentPolicy, isTransitive, type Mode, modes } from "./profiles/confluent.js";
export { type Report, withoutCompatible } from "./report.js";
export { type Claim, type Rule, type RuleOn, rule as defineRule, type Severity } from "./rule.js";
export { rules } from "./rules/index.js";
export { createSchema, type Schema } from "./schema.js";
