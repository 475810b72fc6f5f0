import { type AnyDesc, ScalarType } from "@bufbuild/protobuf";
import type { Effect, Surface, Verdict } from "./finding.js";
import type { AnyField, Pair, PairKind } from "./pairs.js";
import type { FieldShape, Value } from "./shape.js";

export type Severity = "error" | "warning" | "info" | "off";

/** What a rule says about a pair. Effects on data are measured: a claim says what to try, and what it expects. */
export interface Claim {
  readonly text: string;
  /** What the rule expects, where no witness says else. Measured effects can be worse, and weaker. */
  readonly expects: Verdict;
  /** The fields whose values are tried. */
  readonly focus?: readonly (FieldShape | undefined)[];
  /** For an enum: the numbers that are tried in fields of its type. */
  readonly numbers?: readonly Value[];
  /** Effects that are known without writing a value: on RPC and TypeScript. */
  readonly effects?: readonly Effect[];
  /** No measured effect counts for more than this: a strict reader that does not know a new name extends, it breaks not. */
  readonly atMost?: Verdict;
  readonly severity?: Severity;
  /** The surfaces that the severity makes light of; all when undefined. */
  readonly lightOn?: readonly Surface[];
  readonly suggestion?: string;
  /** Where to look, if not at the pair itself. */
  readonly previous?: AnyDesc | undefined;
  readonly next?: AnyDesc | undefined;
}

/** A rule is data and one function, in a file that has its id as name. */
export interface Rule {
  readonly id: string;
  /** The kind of pair that it looks at. */
  readonly on: PairKind;
  readonly surfaces: readonly Surface[];
  /** One sentence: what it checks. */
  readonly purpose: string;
  /** Why it matters. */
  readonly why: string;
  /** What to do instead. */
  readonly fix: string;
  readonly severity?: Severity;
  /** Called with pairs of its kind only. */
  check(pair: Pair): Claim | undefined;
}

type RuleOn<K extends PairKind> = Omit<Rule, "on" | "check"> & {
  readonly on: K;
  check(pair: Extract<Pair, { kind: K }>): Claim | undefined;
};

/** Gives the check of a rule the type of its pairs. */
export function rule<K extends PairKind>(definition: RuleOn<K>): Rule {
  return definition;
}

/** How a field is called in findings: by its message, or by its own full name if it is an extension. */
export function fullName(field: AnyField): string {
  return field.kind === "extension" ? field.typeName : `${field.parent.typeName}.${field.name}`;
}

export function typeName(field: AnyField): string {
  if (field.fieldKind === "map") return `map<${scalarName(field.mapKey)}, ${plainType(field)}>`;
  return plainType(field);
}

function plainType(field: AnyField): string {
  return field.message?.typeName ?? field.enum?.typeName ?? scalarName(field.scalar!);
}

function scalarName(scalar: ScalarType): string {
  return ScalarType[scalar].toLowerCase();
}
