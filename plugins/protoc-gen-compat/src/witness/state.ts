import type { FieldLayout, Layout, Value } from "../layout.js";

/** The values of set fields by number. A map is a list of entries, in key order. */
export type State = Map<number, FieldState>;
export type FieldState = Value | readonly Value[] | readonly Entry[];

export interface Entry {
  readonly key: Value;
  readonly value: Value;
}

/** A reader's problem. `field` is the reader's field, or the writer's if the reader has none. */
export interface Problem {
  readonly kind: "rejected" | "changed" | "lost" | "misread";
  readonly field: FieldLayout | undefined;
  readonly writerField: FieldLayout | undefined;
  /** The name in the input, if the reader has no such field. */
  readonly name?: string;
  readonly why: string;
}

export interface Read {
  readonly state: State;
  /** Encoded fields that the reader does not know and passes on. */
  readonly unknown: Uint8Array;
  readonly problems: Problem[];
}

export function isEntries(state: FieldState | undefined): state is readonly Entry[] {
  return Array.isArray(state) && state.length > 0 && typeof state[0] === "object" && "key" in state[0];
}

/** Whether two values are equal. Empty bytes equal the zero of a number, since neither carries information. */
export function sameValue(a: Value, b: Value): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return sameBytes(a, b);
  if (a instanceof Uint8Array || b instanceof Uint8Array) return isZero(a) && isZero(b);
  if (typeof a === "number" && typeof b === "number") return Object.is(a, b);
  return Number(a) === Number(b) && asInteger(a) === asInteger(b);
}

/** Converts a bool to an integer: true is 1. */
function asInteger(value: Value): bigint | number {
  return typeof value === "boolean"
    ? value
      ? 1n
      : 0n
    : typeof value === "number" && Number.isInteger(value)
      ? BigInt(value)
      : (value as bigint);
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function isZero(value: Value): boolean {
  if (value instanceof Uint8Array) return value.length === 0;
  return typeof value === "number" ? Object.is(value, 0) : value === 0n || value === false;
}

/** Required fields of the layout that are not set. */
export function missingRequired(layout: Layout, state: State): FieldLayout[] {
  return layout.fields.filter((field) => field.presence === "required" && !state.has(field.number));
}
