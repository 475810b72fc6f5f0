import { fail } from "../error.js";
import { describe } from "./decode.js";
import type { FieldNames } from "./message-info.js";

/**
 * How fields hold the values of an enum: by name, for the option enums=string of protoc-gen-ts. E is the union of the names
 * and, for an open enum, of numbers that have none. `enumNames` makes it.
 */
export interface EnumNames<E> {
  /** The numbers of the names, aliases included. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Whether other numbers are no values: a closed enum. */
  readonly isClosed: boolean;
  /** An enum has no fields. Errors ask for those of everything that is represented by something else. */
  readonly $info: FieldNames;
  /** The name of a number, the first one if it has several; without a name, the number. */
  toLocal(n: number): E;
  /** The number of a name. Numbers are taken too, because the functions of protobuf-es put them there. */
  toWire(v: E | number): number;
  /** From an init, which may have numbers. */
  fromInit(v: E | number): E;
  /** What is wrong with the value of a field. */
  invalid(v: unknown): string | undefined;
}

const noFields: FieldNames = { fields: "", types: undefined };

/**
 * Describes an enum by its names, in the order of declaration. The name "__proto__" must be a computed key. Has no side
 * effects.
 */
export function enumNames<E>(numbers: Readonly<Record<string, number>>, isClosed = false): EnumNames<E> {
  let names: Map<number, string> | undefined;
  const nameOf = (n: number): string | undefined => {
    names ??= new Map(
      Object.entries(numbers)
        .reverse()
        .map(([name, number]) => [number, name]),
    ); // the first name wins
    return names.get(n);
  };
  const numberOf = (v: unknown): number | undefined => {
    // A name such as "toString" or "__proto__" inherits something that is not a number.
    const n = typeof v === "string" ? numbers[v] : v;
    const isNumber = typeof n === "number" && (n | 0) === n;
    return isNumber && (!isClosed || nameOf(n) !== undefined) ? n : undefined;
  };
  const toLocal = (n: number): E => (nameOf(n) ?? n) as E;
  const expected = isClosed ? "expected name of an enum value" : "expected name or number of an enum value";
  const invalid = (v: unknown): string | undefined =>
    numberOf(v) === undefined ? `${expected}, got ${describe(v)}` : undefined;
  return {
    numbers,
    isClosed,
    $info: noFields,
    toLocal,
    toWire: (v) => numberOf(v) ?? fail(invalid(v)!),
    fromInit: (v) => (typeof v === "number" ? toLocal(v) : v),
    invalid,
  };
}
