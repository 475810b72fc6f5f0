import type { DescExtension, DescField } from "@bufbuild/protobuf";
import { MalformedRecord, Records } from "./records.js";

/** The form of a google.protobuf.Timestamp or Duration in TypeScript: the message, or something else. */
export type TimeShape = "message" | "date" | "temporal" | "string";

/** A representation of a Timestamp or a Duration by something else than the message. */
export interface TimeForm {
  readonly of: "Timestamp" | "Duration";
  readonly as: Exclude<TimeShape, "message">;
}

/** The options of the plugin that concern times; those of a field override them. */
export interface TimeOptions {
  readonly timestamps?: TimeShape;
  readonly durations?: TimeShape;
}

const types: Readonly<Record<string, TimeForm["of"] | undefined>> = {
  "google.protobuf.Timestamp": "Timestamp",
  "google.protobuf.Duration": "Duration",
};

/** How the elements of a field are represented, if it is a time and not by the message. */
export function timeForm(field: DescField | DescExtension, options: TimeOptions): TimeForm | undefined {
  const of = types[field.message!.typeName];
  if (of === undefined) return undefined;
  const as = timeOption(field) ?? (of === "Timestamp" ? options.timestamps : options.durations) ?? "message";
  return as === "message" ? undefined : { of, as };
}

/** The mistake in the option `time` of a field. */
export function timeMistake(field: DescField | DescExtension): string | undefined {
  const shape = timeOption(field);
  const of = field.message === undefined ? undefined : types[field.message.typeName];
  if (shape === undefined) return undefined;
  if (of === undefined) return "is not a google.protobuf.Timestamp or Duration";
  return of === "Duration" && shape === "date" ? "is a Duration, which no Date can represent" : undefined;
}

// (protoloom.ts.v1.field).time, of protoloom/ts/v1/options.proto
const FIELD = 51990;
const TIME = 1;
const shapes: readonly (TimeShape | undefined)[] = [undefined, "message", "date", "temporal", "string"];

function timeOption({ proto }: DescField | DescExtension): TimeShape | undefined {
  let shape: TimeShape | undefined;
  for (const { no, data } of proto.options?.$unknown ?? []) {
    if (no === FIELD) shape = readTime(data) ?? shape;
  }
  return shape;
}

/** The data begins with its length. */
function readTime(data: Uint8Array): TimeShape | undefined {
  let shape: TimeShape | undefined;
  try {
    const outer = new Records(Uint8Array.from([(1 << 3) | 2, ...data]));
    if (!outer.next()) return undefined;
    for (const option = new Records(outer.value()); option.next(); ) {
      if (option.number === TIME) shape = shapes[option.value()[0]!];
    }
  } catch (e) {
    if (!(e instanceof MalformedRecord)) throw e; // another project's option of that number
  }
  return shape;
}
