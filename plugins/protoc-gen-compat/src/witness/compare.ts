import { type EnumLayout, entryLayout, type FieldLayout, type Layout, messageLayout, type Value } from "../layout.js";
import { type Entry, type FieldState, isEntries, isZero, type Problem, type State, sameValue } from "./state.js";
import { decode, encodeEntry, malformed, sortEntries } from "./wire.js";

/**
 * The differences between the written and the read values. Fields are matched by name, otherwise by number (a rename). A value
 * that the reader has no field for is not lost: the reader never knew it, and passes it on.
 */
export function compare(writer: Layout, written: State, reader: Layout, read: State): Problem[] {
  const problems: Problem[] = [];
  const used = new Set<FieldLayout>();
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

/** The reader's field that corresponds to the writer's. */
export function counterpart(writer: Layout, field: FieldLayout, reader: Layout): FieldLayout | undefined {
  const byName = reader.byName.get(field.name);
  if (byName !== undefined) return byName;
  const byNumber = reader.byNumber.get(field.number);
  return byNumber !== undefined && !writer.byName.has(byNumber.name) ? byNumber : undefined;
}

function compareField(
  field: FieldLayout,
  written: FieldState | undefined,
  other: FieldLayout,
  read: FieldState | undefined,
): Problem | undefined {
  if (field.cardinality === "singular" && other.cardinality === "singular") {
    return compareSingular(field, spoken(field, written as Value | undefined), other, read as Value | undefined);
  }
  const problem = (kind: Problem["kind"], why: string): Problem => ({ kind, field: other, writerField: field, why });
  if (field.cardinality === "map" && other.cardinality === "map") {
    const same = sameEntries(field, (written ?? []) as readonly Entry[], other, (read ?? []) as readonly Entry[]);
    return same ? undefined : problem("changed", `${other.name} has other entries`);
  }
  const a = listOf(field, written);
  const b = listOf(other, read);
  const isMap = field.cardinality === "map" || other.cardinality === "map";
  if (a.length === b.length && (isMap ? sameItems(field, a, other, b) : sameList(field, a, other, b))) return undefined;
  return problem(
    b.length < a.length ? "lost" : "changed",
    `${other.name} has ${b.length} of ${a.length} values as written`,
  );
}

/** A zero without presence is not written, so it equals no value. */
function spoken(field: FieldLayout, value: Value | undefined): Value | undefined {
  return value !== undefined && field.presence === "implicit" && isZero(value) ? undefined : value;
}

function compareSingular(
  field: FieldLayout,
  written: Value | undefined,
  other: FieldLayout,
  read: Value | undefined,
): Problem | undefined {
  const problem = (kind: Problem["kind"], why: string): Problem => ({ kind, field: other, writerField: field, why });
  if (written !== undefined && read === undefined && !isDefault(field, written)) {
    return problem("lost", `${field.name} was written, ${other.name} is not set`);
  }
  const bothExplicit = field.presence !== "implicit" && other.presence !== "implicit";
  if (bothExplicit && (written === undefined) !== (read === undefined)) {
    return written === undefined
      ? problem("changed", `${other.name} is set, ${field.name} was not`)
      : problem("lost", `${field.name} was written, ${other.name} is not set`);
  }
  const a = written ?? field.default;
  const b = read ?? other.default;
  if (a !== undefined && b !== undefined) {
    return sameMeaning(field, a, other, b) ? undefined : problem("changed", `${other.name} has another value`);
  }
  // A message has no default. If it is unset on one side, the other side has its own kind of presence.
  const value = a ?? b;
  return value === undefined || (written === undefined && read === undefined) || isEmpty(value)
    ? undefined
    : problem("changed", `${other.name} has another value`);
}

/** Enum values are compared by name, messages by field, everything else by value. */
function sameMeaning(field: FieldLayout, a: Value, other: FieldLayout, b: Value): boolean {
  if (field.enum !== undefined && other.enum !== undefined) {
    return meansTheSame(field.enum, a as bigint, other.enum, b as bigint);
  }
  if (sameValue(a, b)) return true;
  const [writer, reader] = [messageOf(field), messageOf(other)];
  return writer !== undefined && reader !== undefined && sameMessage(writer, a as Uint8Array, reader, b as Uint8Array);
}

/** The message type of a field's items. A map entry is a message of a key and a value. */
function messageOf(field: FieldLayout): Layout | undefined {
  if (field.cardinality === "map") return entryLayout(field);
  return field.message === undefined ? undefined : messageLayout(field.message);
}

/** Whether encoded messages agree in all fields that both sides know. */
export function sameMessage(writer: Layout, written: Uint8Array, reader: Layout, read: Uint8Array): boolean {
  if (malformed(written) !== undefined || malformed(read) !== undefined) return false;
  const { state, problems } = decode(reader, read);
  return problems.length === 0 && compare(writer, decode(writer, written).state, reader, state).length === 0;
}

/**
 * Whether a reader understands an enum value as it was written. Like fields, values match by name. They match by number if
 * neither side knows the other's name for it: the value was renamed, or is unknown and kept.
 */
function meansTheSame(writer: EnumLayout, written: bigint, reader: EnumLayout, read: bigint): boolean {
  if (written === read && writer.names.get(written) === reader.names.get(read)) return true;
  const names = namesOf(writer, written);
  const known = names.filter((name) => reader.numbers.has(name));
  if (known.length > 0) return known.some((name) => reader.numbers.get(name) === read);
  return written === read && (names.length === 0 || !namesOf(reader, read).some((name) => writer.numbers.has(name)));
}

function namesOf(layout: EnumLayout, number: bigint): string[] {
  return [...layout.numbers].flatMap(([name, each]) => (each === number ? [name] : []));
}

function isDefault(field: FieldLayout, value: Value): boolean {
  return field.default !== undefined && sameValue(field.default, value);
}

function isEmpty(value: Value): boolean {
  return value instanceof Uint8Array ? value.length === 0 : Number(value) === 0;
}

/** A field's values as a list: none or one for a singular field, encoded entries for a map. */
function listOf(field: FieldLayout, state: FieldState | undefined): readonly Value[] {
  if (state === undefined) return [];
  if (isEntries(state)) return sortEntries(state as readonly Entry[]).map((entry) => encodeEntry(field, entry));
  if (Array.isArray(state)) return state as readonly Value[];
  return field.presence === "implicit" && isEmpty(state as Value) ? [] : [state as Value];
}

function sameEntries(field: FieldLayout, a: readonly Entry[], other: FieldLayout, b: readonly Entry[]): boolean {
  const isSame = (x: Entry, y: Entry): boolean =>
    sameValue(x.key, y.key) && sameMeaning(field.value!, x.value, other.value!, y.value);
  return a.length === b.length && a.every((entry) => b.some((each) => isSame(entry, each)));
}

function sameList(field: FieldLayout, a: readonly Value[], other: FieldLayout, b: readonly Value[]): boolean {
  return a.every((value, i) => sameMeaning(field, value, other, b[i]!));
}

/** Compares the items of a map with a field of another cardinality, in any order. */
function sameItems(field: FieldLayout, a: readonly Value[], other: FieldLayout, b: readonly Value[]): boolean {
  const [writer, reader] = [messageOf(field), messageOf(other)];
  const isSame = (x: Value, y: Value): boolean =>
    writer !== undefined && reader !== undefined
      ? sameMessage(writer, x as Uint8Array, reader, y as Uint8Array)
      : sameValue(x, y);
  const rest = [...b];
  return a.every((value) => {
    const at = rest.findIndex((each) => isSame(value, each));
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
}
