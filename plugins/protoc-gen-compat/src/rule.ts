import { type AnyDesc, ScalarType } from "@bufbuild/protobuf";
import type { Effect, Surface, Verdict } from "./finding.js";
import type { FieldLayout, Value } from "./layout.js";
import type { AnyField, Pair, PairKind } from "./pairs.js";

/** The effect of a finding: it fails the check, asks for a review, is counted, or does nothing. */
export type Severity = "error" | "warning" | "info" | "off";

export const severities: readonly Severity[] = ["error", "warning", "info", "off"];

/** A rule's claim about a pair: what to try and what to expect. Effects on data are measured. */
export interface Claim {
  /** The change, with the name of the element. */
  readonly text: string;
  /** The verdict that the rule expects unless a witness shows otherwise. Measured effects can be worse or milder. */
  readonly expects: Verdict;
  /** The fields whose values to try. */
  readonly focus?: readonly (FieldLayout | undefined)[];
  /** For an enum: the numbers to try in fields of its type. */
  readonly numbers?: readonly Value[];
  /** For an enum that no field of these schemas has: the highest severity. */
  readonly ifUnused?: Severity;
  /** Effects that are known without measuring: on RPC and TypeScript. */
  readonly effects?: readonly Effect[];
  /** Caps measured effects: a new name that a strict reader does not know counts as extending, not breaking. */
  readonly atMost?: Verdict;
  /** The rule's highest severity for this claim. */
  readonly severity?: Severity;
  /** The surfaces to which the lower severity applies. All if undefined. */
  readonly lightOn?: readonly Surface[];
  /** A statement to paste into the proto. */
  readonly suggestion?: string;
  /** The element to show, if it is not the pair itself. */
  readonly previous?: AnyDesc | undefined;
  /** The same in the new version. */
  readonly next?: AnyDesc | undefined;
}

/** A rule: data and one function, in a file named after its id. */
export interface Rule {
  /** Its name in configurations and reports. That of your own rule starts with your team: `acme/no-foo`. */
  readonly id: string;
  /** The kind of pair that it checks. */
  readonly on: PairKind;
  /** The harm that it can do. */
  readonly surfaces: readonly Surface[];
  /** One sentence: what it checks. */
  readonly purpose: string;
  /** Why it matters. */
  readonly why: string;
  /** The change to make instead. */
  readonly fix: string;
  /** The highest severity of its findings. */
  readonly severity?: Severity;
  /** The file of a rule of your own, which errors name. */
  readonly source?: string;
  /** Called with pairs of its kind only. */
  check(pair: Pair): Claim | undefined;
}

/** A rule and its claim about a pair. */
export interface RuleClaim {
  readonly rule: Rule;
  readonly claim: Claim;
}

/** A rule for one kind of pair. */
export type RuleOn<K extends PairKind> = Omit<Rule, "on" | "check"> & {
  readonly on: K;
  check(pair: Extract<Pair, { kind: K }>): Claim | undefined;
};

/**
 * Gives the check of a rule the type of its pairs.
 *
 * @example
 * export default defineRule({
 *   id: "acme/no-secrets",
 *   on: "field",
 *   surfaces: ["binary"],
 *   purpose: "A field for a secret was added.",
 *   why: "Messages are logged.",
 *   fix: "Send it in the metadata of the call.",
 *   check({ previous, next }) {
 *     if (previous !== undefined || next === undefined || !/secret/.test(next.desc.name)) return undefined;
 *     return { text: `${next.desc} names a secret`, expects: "hazard" };
 *   },
 * });
 */
export function rule<K extends PairKind>(definition: RuleOn<K>): Rule {
  return definition;
}

/** The name of a field in findings: qualified by its message, or its own full name if it is an extension. */
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
