import { type Direction, type Effect, type Surface, type Verdict, type Witness, worst } from "../finding.js";
import type { FieldShape, Shape, Value } from "../shape.js";
import { counterpart } from "./compare.js";
import { createRandom } from "./random.js";
import { type Problem, type State, sameBytes } from "./state.js";
import { concerns, type Outcome, type Shapes, trial, type Way, ways, witnessOf } from "./trial.js";
import { baseState, fieldStates, withField } from "./values.js";

/** The fields that a change is about, of both versions. */
export type Focus = ReadonlySet<FieldShape>;

/**
 * Writes and reads the values that the fields in focus can have, alone and two at a time, on every way. An effect is
 * breaking where each of them goes wrong, conditional where some do; its witness is the simplest of those. `only` are the
 * enum values to try.
 */
export function measure(shapes: Shapes, focus: Focus, only?: readonly Value[]): Effect[] {
  const effects = ways.flatMap((way) => measureWay(way, shapes, focus, only) ?? []);
  return mergeEffects(effects);
}

function measureWay(way: Way, shapes: Shapes, focus: Focus, only: readonly Value[] | undefined): Effect | undefined {
  const writer = shapes[way.writer];
  const reader = shapes[way.writer === "previous" ? "next" : "previous"];
  let tried = 0;
  let failed = 0;
  let witness: Witness | undefined;
  let base: Outcome["data"] | undefined;
  for (const state of focusStates(writer, reader, focus, only)) {
    const outcome = trial(way, shapes, state);
    if (outcome === undefined) continue;
    base ??= outcome.data;
    const problem = outcome.problems.find((each) => concerns(each, focus));
    // A zero without presence is not written: it says nothing about the others.
    if (!sameData(outcome.data, base) || problem !== undefined) tried++;
    if (problem === undefined) continue;
    failed++;
    witness ??= witnessOf(way, shapes, state, outcome, problem);
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

/** Nothing but what is required, then each value of each field, then the fields two at a time. */
function* focusStates(
  writer: Shape,
  reader: Shape,
  focus: Focus,
  only: readonly Value[] | undefined,
): Generator<State> {
  const other = (field: FieldShape): FieldShape | undefined =>
    counterpart(writer, field, reader) ?? reader.byNumber.get(field.number);
  const base = baseState(writer, other);
  yield base;
  const fields = writer.fields.filter((field) => focus.has(field));
  for (const field of fields) {
    for (const value of fieldStates(field, other(field), only)) yield withField(writer, base, field, value);
  }
  for (const [i, first] of fields.entries()) {
    for (const second of fields.slice(i + 1)) {
      const one = withField(writer, base, first, fieldStates(first, other(first))[0]!);
      yield withField(writer, one, second, fieldStates(second, other(second))[0]!);
    }
  }
}

/** One effect for each surface and direction: the two ways of a proxy are one. */
function mergeEffects(effects: readonly Effect[]): Effect[] {
  const merged = new Map<string, Effect>();
  for (const effect of effects) {
    const key = `${effect.surface} ${effect.direction}`;
    const before = merged.get(key);
    if (before === undefined) merged.set(key, effect);
    else merged.set(key, { ...before, verdict: worst([before.verdict, effect.verdict]) });
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

/** How many messages are written and read for each changed pair. */
export const sampleCount = 1000;

/**
 * Random messages of the changed fields, on every way. Returns what no finding has explained, at most one for each field
 * and way; `explained` says whether a problem is known.
 */
export function sample(
  shapes: Shapes,
  fields: Focus,
  seed: number,
  explained: (way: Way, problem: Problem) => boolean,
): Surprise[] {
  const surprises = new Map<string, Surprise>();
  const random = createRandom(seed);
  const sides = {
    previous: choicesOf(shapes.previous, shapes.next, fields),
    next: choicesOf(shapes.next, shapes.previous, fields),
  };
  for (let i = 0; i < sampleCount; i++) {
    const way = ways[i % ways.length]!;
    const writer = shapes[way.writer];
    let state = sides[way.writer].base;
    for (const { field, states } of sides[way.writer].choices) {
      if (random(3) > 0) state = withField(writer, state, field, states[random(states.length)]!);
    }
    const outcome = trial(way, shapes, state);
    if (outcome !== undefined) note(way, shapes, state, outcome, surprises, explained);
  }
  return [...surprises.values()];
}

function choicesOf(writer: Shape, reader: Shape, fields: Focus) {
  const other = (field: FieldShape): FieldShape | undefined =>
    counterpart(writer, field, reader) ?? reader.byNumber.get(field.number);
  return {
    base: baseState(writer, other),
    choices: writer.fields
      .filter((field) => fields.has(field))
      .map((field) => ({ field, states: fieldStates(field, other(field)) })),
  };
}

function note(
  way: Way,
  shapes: Shapes,
  state: State,
  outcome: Outcome,
  surprises: Map<string, Surprise>,
  explained: (way: Way, problem: Problem) => boolean,
): void {
  for (const problem of outcome.problems) {
    if (explained(way, problem)) continue;
    const key = `${way.surface} ${way.direction} ${(problem.field ?? problem.writerField)?.name}`;
    if (surprises.has(key)) continue;
    const witness = witnessOf(way, shapes, state, outcome, problem);
    surprises.set(key, { surface: way.surface, direction: way.direction, verdict: "conditional", witness, problem });
  }
}
