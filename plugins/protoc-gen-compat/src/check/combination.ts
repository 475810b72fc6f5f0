import { declaration } from "../declaration.js";
import { type Effect, type Finding, type Proof, worst } from "../finding.js";
import type { FieldLayout } from "../layout.js";
import { locationOf } from "../location.js";
import type { MessagePair } from "../pairs.js";
import type { Rule } from "../rule.js";
import { counterpart } from "../witness/compare.js";
import { type Focus, type Surprise, sample, samplesBesideWitness, samplesOfProof } from "../witness/measure.js";
import type { FieldState, Problem, State } from "../witness/state.js";
import { concerns, type Layouts, type Way } from "../witness/trial.js";
import type { Context } from "./context.js";

/** A rule outside the table, for differences in samples that no other rule explains. */
export const unexplainedRule: Omit<Rule, "on" | "check"> = {
  id: "message-combination",
  surfaces: ["binary", "json", "json-strict", "text"],
  purpose: "Random messages of a changed type do not come back as they were written.",
  why: "Several changes together break what none of them breaks alone.",
  fix: "Make the changes one after the other.",
};

/** The effects that a rule explains, and the fields concerned. */
export interface Explained {
  readonly focus: Focus;
  readonly effects: readonly Effect[];
}

/** Tries random messages of the changed fields. An unexplained difference becomes a finding; samples that survive become proof. */
export function withSamples(
  all: Finding[],
  pair: MessagePair,
  { layouts, focus, explained }: { layouts: Layouts; focus: Focus; explained: readonly Explained[] },
  context: Context,
): Finding[] {
  if (all.length === 0) return all; // an option that no rule covers
  const { seed } = context.options;
  const samples = all.some(isSafe) ? samplesOfProof : samplesBesideWitness;
  const surprises = sample(
    layouts,
    focus,
    { seed, samples },
    (way, problem, state) =>
      isOfChangedEnum(problem, way, state, layouts) || explained.some((each) => explains(each, way, problem)),
  );
  const proof: Proof = { samples, seed };
  const proved = all.map((each) => (isSafe(each) ? { ...each, proof } : each));
  return surprises.length === 0 ? proved : [...all, unexplained(pair, surprises, context)];
}

function isSafe({ verdict }: Finding): boolean {
  return verdict === "safe" || verdict === "extends";
}

/**
 * Whether the problem concerns an enum, whose own pair reports it. A value that was lost although the reader knows it was lost
 * for another reason, such as another member of its oneof.
 */
function isOfChangedEnum({ kind, field, writerField }: Problem, way: Way, state: State, layouts: Layouts): boolean {
  const [a, b] = [field?.value ?? field, writerField?.value ?? writerField];
  const type = a?.enum ?? b?.enum;
  if (type === undefined || type.typeName !== (b?.enum ?? a?.enum)?.typeName) return false;
  return (
    kind !== "lost" || writerField === undefined || !isKnown(state.get(writerField.number), writerField, way, layouts)
  );
}

/** Whether a single value of an enum is one that the reader's field knows: by name in JSON and text, by number on the wire. */
function isKnown(
  value: FieldState | undefined,
  field: FieldLayout,
  { writer, surface }: Way,
  layouts: Layouts,
): boolean {
  if (typeof value !== "bigint") return false;
  const reader = layouts[writer === "previous" ? "next" : "previous"];
  const other = counterpart(layouts[writer], field, reader)?.enum;
  if (other === undefined) return false;
  if (surface === "binary") return other.open || other.names.has(value);
  const name = field.enum?.names.get(value);
  return name !== undefined && other.names.get(value) === name;
}

function explains(
  { focus, effects }: Explained,
  way: Pick<Effect, "surface" | "direction">,
  problem: Problem,
): boolean {
  return (
    concerns(problem, focus) &&
    effects.some(({ surface, direction }) => surface === way.surface && direction === way.direction)
  );
}

function unexplained(pair: MessagePair, surprises: readonly Surprise[], context: Context): Finding {
  const { previous, next } = pair;
  return {
    rule: unexplainedRule.id,
    verdict: worst(surprises.map(({ verdict }) => verdict)),
    element: next!.typeName,
    text: `message ${next!.typeName} does not read what was written, by a combination of changes`,
    effects: surprises.map(({ surface, direction, verdict, witness }) => ({ surface, direction, verdict, witness })),
    roles: context.rolesOf(pair),
    previous: locationOf(previous),
    next: locationOf(next),
    floor: "safe",
    before: declaration(previous!),
    after: declaration(next!),
    package: next!.file.proto.package,
    wasDeprecated: false,
  };
}
