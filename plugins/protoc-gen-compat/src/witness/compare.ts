import type { FieldShape, Shape, Value } from "../shape.js";
import { type Entry, type FieldState, isEntries, type Problem, type State, sameValue } from "./state.js";
import { encodeEntry, sortEntries } from "./wire.js";

/**
 * What a reader got otherwise than it was written. Fields are compared by name and number together: one that keeps its
 * name is the same field, else one that keeps its number is (a rename). What a reader has no field for is not lost for
 * it: it never knew it, and passes it on.
 */
export function compare(writer: Shape, written: State, reader: Shape, read: State): Problem[] {
  const problems: Problem[] = [];
  const used = new Set<FieldShape>();
  for (const field of writer.fields) {
    const other = counterpart(writer, field, reader);
    if (other === undefined) continue;
    used.add(other);
    const problem = compareField(field, written.get(field.number), other, read.get(other.number));
    if (problem !== undefined) problems.push(problem);
  }
  for (const [number, value] of read) {
    const field = reader.byNumber.get(number)!;
    if (used.has(field) || (Array.isArray(value) && value.length === 0)) continue;
    const writerField = writer.byNumber.get(number);
    problems.push({
      kind: "misread",
      field,
      writerField,
      why: `${field.name} holds what was written as ${writerField?.name}`,
    });
  }
  return problems;
}

/** The reader's field that means the same as the writer's. */
export function counterpart(writer: Shape, field: FieldShape, reader: Shape): FieldShape | undefined {
  const byName = reader.byName.get(field.name);
  if (byName !== undefined) return byName;
  const byNumber = reader.byNumber.get(field.number);
  return byNumber !== undefined && !writer.byName.has(byNumber.name) ? byNumber : undefined;
}

function compareField(
  field: FieldShape,
  written: FieldState | undefined,
  other: FieldShape,
  read: FieldState | undefined,
): Problem | undefined {
  const problem = (kind: Problem["kind"], why: string): Problem => ({ kind, field: other, writerField: field, why });
  if (field.cardinality === "singular" && other.cardinality === "singular") {
    if (written !== undefined && read === undefined && !isDefault(field, written as Value)) {
      return problem("lost", `${field.name} was written, ${other.name} is not set`);
    }
    const a = written ?? field.default;
    const b = read ?? other.default;
    const bothExplicit = field.presence !== "implicit" && other.presence !== "implicit";
    if (bothExplicit && (written === undefined) !== (read === undefined)) {
      return written === undefined
        ? problem("changed", `${other.name} is set, ${field.name} was not`)
        : problem("lost", `${field.name} was written, ${other.name} is not set`);
    }
    if (a === undefined || b === undefined) {
      // A message has no default: unset on one side, the other side has presence of its own kind.
      const value = (a ?? b) as Value | undefined;
      return value === undefined || (written === undefined && read === undefined) || isEmpty(value)
        ? undefined
        : problem("changed", `${other.name} has another value`);
    }
    return sameValue(a as Value, b as Value) ? undefined : problem("changed", `${other.name} has another value`);
  }
  if (field.cardinality === "map" && other.cardinality === "map") {
    const same = sameEntries((written ?? []) as readonly Entry[], (read ?? []) as readonly Entry[]);
    return same ? undefined : problem("changed", `${other.name} has other entries`);
  }
  const a = listOf(field, written);
  const b = listOf(other, read);
  const ordered = field.cardinality !== "map" && other.cardinality !== "map";
  if (a.length === b.length && sameList(a, b, ordered)) return undefined;
  return problem(
    b.length < a.length ? "lost" : "changed",
    `${other.name} has ${b.length} of ${a.length} values as written`,
  );
}

function isDefault(field: FieldShape, value: Value): boolean {
  return field.default !== undefined && sameValue(field.default, value);
}

function isEmpty(value: Value): boolean {
  return value instanceof Uint8Array ? value.length === 0 : Number(value) === 0;
}

/** A field's values as a list: none or one for a singular field, encoded entries for a map. */
function listOf(field: FieldShape, state: FieldState | undefined): readonly Value[] {
  if (state === undefined) return [];
  if (isEntries(state)) return sortEntries(state as readonly Entry[]).map((entry) => encodeEntry(field, entry));
  if (Array.isArray(state)) return state as readonly Value[];
  return field.presence === "implicit" && isEmpty(state as Value) ? [] : [state as Value];
}

function sameEntries(a: readonly Entry[], b: readonly Entry[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ key, value }) => b.some((other) => sameValue(key, other.key) && sameValue(value, other.value)))
  );
}

function sameList(a: readonly Value[], b: readonly Value[], ordered: boolean): boolean {
  if (ordered) return a.every((value, i) => sameValue(value, b[i]!));
  const rest = [...b];
  return a.every((value) => {
    const at = rest.findIndex((other) => sameValue(value, other));
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
}
