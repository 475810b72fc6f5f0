import { type Direction, type Effect, type Surface, type Verdict, type Witness, worst } from "../finding.js";
import { type FieldLayout, type Layout, layoutOf, type Value } from "../layout.js";
import { counterpart } from "./compare.js";
import { drawState } from "./draw.js";
import { createRandom, type Random } from "./random.js";
import { type Problem, type State, sameBytes } from "./state.js";
import { concerns, type Layouts, type Outcome, trial, type Way, ways, witnessOf } from "./trial.js";
import { baseState, firstWritten, statesFor, withField } from "./values.js";

/** The fields that a change affects, in both versions. */
export type Focus = ReadonlySet<FieldLayout>;

/** Adds the fields that share a oneof with one of these, on either side: setting one unsets the other. */
export function withSiblings(focus: Focus, { previous, next }: Layouts): Focus {
  const names = new Set<string>();
  const numbers = new Set([...focus].map(({ number }) => number));
  for (const { fields } of [previous, next]) {
    const oneofs = new Set(
      fields.filter((each) => focus.has(each) || numbers.has(each.number)).map(({ oneof }) => oneof),
    );
    for (const { oneof, name } of fields) if (oneof !== undefined && oneofs.has(oneof)) names.add(name);
  }
  if (names.size === 0) return focus;
  return new Set([...focus, ...[previous, next].flatMap(({ fields }) => fields.filter(({ name }) => names.has(name)))]);
}

/**
 * The layouts without irrelevant fields: those neither in focus nor required, and without such a counterpart. A field that is
 * the same on both sides and not written makes no difference.
 */
export function around(focus: Focus, { previous, next }: Layouts): Layouts {
  const isKept = (field: FieldLayout): boolean => focus.has(field) || field.presence === "required";
  const kept = [...previous.fields, ...next.fields].filter(isKept);
  const names = new Set(kept.map(({ name }) => name));
  const numbers = new Set(kept.map(({ number }) => number));
  const trim = (layout: Layout): Layout =>
    layoutOf(
      layout.typeName,
      layout.fields.filter(({ name, number }) => names.has(name) || numbers.has(number)),
      layout.reservedNames,
      layout.messageSet,
    );
  return { previous: trim(previous), next: trim(next) };
}

/**
 * Writes and reads values of the fields in focus, alone and two at a time, in every way. An effect is breaking if all of them
 * fail, and conditional if some do. The simplest failure is the witness. `only` lists the enum values to try.
 */
export function measure(layouts: Layouts, focus: Focus, only?: readonly Value[]): Effect[] {
  const effects = ways.flatMap((way) => measureWay(way, layouts, focus, only) ?? []);
  return mergeEffects(effects);
}

function measureWay(way: Way, layouts: Layouts, focus: Focus, only: readonly Value[] | undefined): Effect | undefined {
  const writer = layouts[way.writer];
  const reader = layouts[way.writer === "previous" ? "next" : "previous"];
  let tried = 0;
  let failed = 0;
  let witness: Witness | undefined;
  let base: Outcome["data"] | undefined;
  for (const state of focusStates(writer, reader, focus, only)) {
    const outcome = trial(way, layouts, state);
    if (outcome === undefined) continue;
    base ??= outcome.data;
    const problem = outcome.problems.find((each) => concerns(each, focus));
    // A zero without presence is not written, so it says nothing about other values.
    if (!sameData(outcome.data, base) || problem !== undefined) tried++;
    if (problem === undefined) continue;
    failed++;
    witness ??= witnessOf(way, layouts, state, outcome, problem);
  }
  if (witness === undefined) return undefined;
  return {
    surface: way.surface,
    direction: way.direction,
    verdict: failed === tried ? "breaking" : "conditional",
    witness,
  };
}

function sameData(a: Outcome["data"], b: Outcome["data"]): boolean {
  return typeof a === "string" || typeof b === "string" ? a === b : sameBytes(a, b);
}

/** Only required fields, then each value of each field, then the fields two at a time. */
function* focusStates(
  writer: Layout,
  reader: Layout,
  focus: Focus,
  only: readonly Value[] | undefined,
): Generator<State> {
  const base = baseState(writer, reader);
  yield base;
  const fields = writer.fields.filter((field) => focus.has(field));
  for (const field of fields) {
    for (const value of statesFor(writer, field, reader, only)) yield withField(writer, base, field, value);
  }
  for (const [i, first] of fields.entries()) {
    for (const second of fields.slice(i + 1)) {
      const value = (field: FieldLayout) => firstWritten(field, statesFor(writer, field, reader));
      yield withField(writer, withField(writer, base, first, value(first)), second, value(second));
    }
  }
}

/** Keeps the worst effect for each surface and direction. Both ways of a proxy count as one direction. */
export function mergeEffects(effects: readonly Effect[]): Effect[] {
  const merged = new Map<string, Effect>();
  for (const effect of effects) {
    const key = `${effect.surface} ${effect.direction}`;
    const before = merged.get(key);
    if (before === undefined) merged.set(key, effect);
    else if (worst([before.verdict, effect.verdict]) !== before.verdict) merged.set(key, effect);
  }
  return [...merged.values()];
}

export interface Surprise {
  readonly surface: Surface;
  readonly direction: Direction;
  readonly verdict: Verdict;
  readonly witness: Witness;
  readonly problem: Problem;
}

/** The number of sample messages for each changed pair judged safe. */
export const samplesOfProof = 1000;

/** The number of samples beside a witness, which only search for further problems. */
export const samplesBesideWitness = 200;

/**
 * Tries random messages of the changed fields in every way. Returns the unexplained problems, at most one for each field and
 * way. `explained` tells whether a problem is known.
 */
export function sample(
  layouts: Layouts,
  fields: Focus,
  { seed, samples }: { readonly seed: number; readonly samples: number },
  explained: (way: Way, problem: Problem, state: State) => boolean,
): Surprise[] {
  const surprises = new Map<string, Surprise>();
  const random = createRandom(seed);
  const sides = {
    previous: choicesOf(layouts.previous, layouts.next, fields, random),
    next: choicesOf(layouts.next, layouts.previous, fields, random),
  };
  const seen = new Set<string>();
  for (let i = 0; i < samples; i++) {
    const way = ways[i % ways.length]!;
    const writer = layouts[way.writer];
    const { base, choices } = sides[way.writer];
    const drawn = choices.map(({ states }) => (random(3) > 0 ? random(states.length) : -1));
    const key = `${i % ways.length} ${drawn.join()}`;
    if (seen.has(key)) continue; // an equal message gives an equal result
    seen.add(key);
    const state = choices.reduce(
      (state, { field, states }, k) => (drawn[k]! < 0 ? state : withField(writer, state, field, states[drawn[k]!]!)),
      base,
    );
    const outcome = trial(way, layouts, state);
    if (outcome !== undefined) note(way, layouts, state, outcome, surprises, explained);
  }
  return [...surprises.values()];
}

/** The number of random values per field, in addition to those at the ends of ranges. */
const drawnCount = 50;

function choicesOf(writer: Layout, reader: Layout, fields: Focus, random: Random) {
  const other = (field: FieldLayout): FieldLayout | undefined =>
    counterpart(writer, field, reader) ?? reader.byNumber.get(field.number);
  return {
    base: baseState(writer, reader),
    choices: writer.fields
      .filter((field) => fields.has(field))
      .map((field) => ({
        field,
        states: [
          ...statesFor(writer, field, reader),
          ...Array.from({ length: drawnCount }, () => drawState(field, other(field), random)),
        ],
      })),
  };
}

function note(
  way: Way,
  layouts: Layouts,
  state: State,
  outcome: Outcome,
  surprises: Map<string, Surprise>,
  explained: (way: Way, problem: Problem, state: State) => boolean,
): void {
  for (const problem of outcome.problems) {
    if (explained(way, problem, state)) continue;
    const key = `${way.surface} ${way.direction} ${(problem.field ?? problem.writerField)?.name}`;
    if (surprises.has(key)) continue;
    const witness = witnessOf(way, layouts, state, outcome, problem);
    surprises.set(key, { surface: way.surface, direction: way.direction, verdict: "conditional", witness, problem });
  }
}
