import type { JsonObject } from "@bufbuild/protobuf";
import type { Direction, Surface, Witness } from "../finding.js";
import { type FieldLayout, type Layout, messageLayout, type Value } from "../layout.js";
import { compare } from "./compare.js";
import { readJson, Unwritable, writeJson } from "./json.js";
import { showState } from "./show.js";
import { type FieldState, isEntries, type Problem, type Read, type State } from "./state.js";
import { groupName, readText, writeText } from "./text.js";
import { decode, encode, hex } from "./wire.js";

/** Surfaces on which values are written and read. */
export type DataSurface = "binary" | "json" | "json-strict" | "text";
export type Side = "previous" | "next";

/** The two versions of a message. */
export interface Layouts {
  readonly previous: Layout;
  readonly next: Layout;
}

/** A way for data to travel: the writer, the surface, and the reader. */
export interface Way {
  readonly surface: DataSurface;
  readonly direction: Direction;
  readonly writer: Side;
}

/** Only binary keeps unknown fields, so only binary data can come back through the other version. */
export const ways: readonly Way[] = (["binary", "json", "json-strict", "text"] as const).flatMap((surface) => [
  { surface, direction: "backward" as const, writer: "previous" as const },
  { surface, direction: "forward" as const, writer: "next" as const },
  ...(surface === "binary"
    ? (["previous", "next"] as const).map((writer) => ({ surface, direction: "proxy" as const, writer }))
    : []),
]);

export interface Outcome {
  readonly data: Uint8Array | string;
  readonly problems: readonly Problem[];
  readonly read: State | undefined;
  readonly reader: Layout;
}

/** Writes a value with one schema and reads it with the other. Undefined if the writer cannot write it. */
export function trial(way: Way, layouts: Layouts, state: State): Outcome | undefined {
  const writer = layouts[way.writer];
  const reader = layouts[way.writer === "previous" ? "next" : "previous"];
  try {
    return way.direction === "proxy"
      ? throughTheOther(writer, reader, state)
      : direct(way.surface, writer, reader, state);
  } catch (e) {
    if (e instanceof Unwritable) return undefined;
    throw e;
  }
}

function direct(surface: DataSurface, writer: Layout, reader: Layout, state: State): Outcome {
  const [data, read] = transfer[surface](writer, reader, state);
  const rejections = read.problems.map((problem) =>
    problem.name === undefined ? problem : { ...problem, writerField: writtenAs(writer, problem.name) },
  );
  const problems = [...rejections, ...compare(writer, state, reader, read.state)];
  return { data, problems, read: read.problems.length > 0 ? undefined : read.state, reader };
}

function writtenAs(writer: Layout, name: string): FieldLayout | undefined {
  return writer.fields.find(
    (field) => field.jsonName === name || field.name === name || (field.delimited && groupName(field) === name),
  );
}

const transfer: Record<
  DataSurface,
  (writer: Layout, reader: Layout, state: State) => [data: Uint8Array | string, read: Read]
> = {
  binary(writer, reader, state) {
    const bytes = encode(writer, state);
    return [bytes, decode(reader, bytes)];
  },
  json: (writer, reader, state) => throughJson(writer, reader, state, false),
  "json-strict": (writer, reader, state) => throughJson(writer, reader, state, true),
  text(writer, reader, state) {
    const text = writeText(writer, state);
    return [text, readText(reader, text)];
  },
};

function throughJson(writer: Layout, reader: Layout, state: State, strict: boolean): [string, Read] {
  const text = JSON.stringify(writeJson(writer, state));
  return [text, readJson(reader, JSON.parse(text) as JsonObject, strict)];
}

/** Judges only the data that comes back. Rejections on the way there are reported separately. */
function throughTheOther(writer: Layout, other: Layout, state: State): Outcome {
  const bytes = encode(writer, state);
  const there = decode(other, bytes);
  if (there.problems.length > 0) return { data: bytes, problems: [], read: undefined, reader: writer };
  const back = decode(writer, passedOn(writer, other, there));
  const problems = [...back.problems, ...compare(writer, state, writer, back.state)];
  return { data: bytes, problems, read: back.problems.length > 0 ? undefined : back.state, reader: writer };
}

/** The bytes of what the other version read, as it writes them again. */
export function passedOn(writer: Layout, other: Layout, { state, unknown }: Read): Uint8Array {
  const kept = [...state].map(([number, value]) => [number, rewritten(writer, other, number, value)] as const);
  return encode(other, new Map(kept), unknown);
}

/**
 * A value as the other version writes it again. Nested messages are opaque, since pairs of types look into them; where numbers
 * were swapped, a message is in a field of a type that it is not paired with.
 */
function rewritten(writer: Layout, other: Layout, number: number, value: FieldState): FieldState {
  const type = other.byNumber.get(number)?.message;
  const written = writer.byNumber.get(number);
  if (type === undefined || written?.message === undefined || type.typeName === written.message.typeName) return value;
  if (!other.byName.has(written.name) || isEntries(value)) return value;
  const layout = messageLayout(type);
  const again = (payload: Value): Value => {
    const { state, unknown } = decode(layout, payload as Uint8Array);
    return encode(layout, state, unknown);
  };
  return Array.isArray(value) ? (value as readonly Value[]).map(again) : again(value as Value);
}

/** The witness of a failed outcome. */
export function witnessOf(way: Way, layouts: Layouts, state: State, outcome: Outcome, problem: Problem): Witness {
  const writer = layouts[way.writer];
  const { reader, read } = outcome;
  const { field, writerField } = problem;
  const isDefault = !state.has(writerField?.number ?? 0) && !read?.has(field?.number ?? 0);
  const rejection = outcome.problems.find(({ kind }) => kind === "rejected") ?? problem; // of another field, perhaps
  const shown =
    read === undefined ? `rejected: ${rejection.why}` : showState(reader, read, isDefault ? field : undefined);
  return {
    surface: way.surface satisfies Surface,
    direction: way.direction,
    writer: way.writer,
    message: writer.typeName,
    data: typeof outcome.data === "string" ? outcome.data : hex(outcome.data),
    written: showState(writer, state, isDefault ? writerField : undefined),
    read: shown,
  };
}

/** Whether a problem concerns one of these fields, on either side. */
export function concerns(problem: Problem, fields: ReadonlySet<FieldLayout>): boolean {
  return (
    (problem.field !== undefined && fields.has(problem.field)) ||
    (problem.writerField !== undefined && fields.has(problem.writerField))
  );
}
