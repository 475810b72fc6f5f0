import type { PathElement } from "./path.js";
import { Violation } from "./violation.js";

/** The moment of a validation, in the shape of `google.protobuf.Timestamp`. */
export interface Moment {
  /** Seconds since 1970-01-01T00:00:00Z. */
  readonly seconds: bigint;
  /** Nanoseconds within the second. */
  readonly nanos: number;
}

const noRule: readonly PathElement[] = [];

/** One validation in progress: the violations found so far, and its moment. */
export class Checks {
  /** The violations that were found, in order. */
  readonly violations: Violation[] = [];
  private moment: Moment | undefined;

  /** Now, the same for the whole validation. */
  now(): Moment {
    if (this.moment === undefined) {
      const ms = Date.now();
      const seconds = Math.floor(ms / 1000);
      this.moment = { seconds: BigInt(seconds), nanos: (ms - seconds * 1000) * 1_000_000 };
    }
    return this.moment;
  }

  /** Notes a violation at `field`, or at the value being checked if that is undefined. */
  violate(
    field: PathElement | undefined,
    rule: readonly PathElement[] | undefined,
    ruleId: string,
    message: string,
    forKey?: boolean,
  ): void {
    const first =
      field === undefined ? undefined : { element: field, at: undefined, types: undefined, next: undefined };
    this.violations.push(new Violation(first, rule ?? noRule, ruleId, message, forKey ?? false));
  }

  /** Puts the violations from the given one on below a field. */
  under(from: number, element: PathElement): void {
    for (let i = from; i < this.violations.length; i++) this.violations[i]!.prefix(element);
  }

  /** Puts the violations from the given one on below an item of a list. */
  at(from: number, element: PathElement, index: number): void {
    for (let i = from; i < this.violations.length; i++) this.violations[i]!.prefix(element, index);
  }

  /** Puts the violations from the given one on below an entry of a map. */
  atKey(
    from: number,
    element: PathElement,
    key: string | number | bigint | boolean,
    keyType: number,
    valueType: number,
  ): void {
    const types = [keyType, valueType] as const;
    for (let i = from; i < this.violations.length; i++) this.violations[i]!.prefix(element, key, types);
  }
}

/** An element of a path to a field, made once per module of generated code. */
export function field(fieldName: string, fieldNumber: number, fieldType: number): PathElement {
  return { fieldNumber, fieldName, fieldType };
}

/** An element for a oneof. */
export function oneof(fieldName: string): PathElement {
  return { fieldName };
}

/** The way to a rule: elements as made by `field`, or a rule of a list by its index. */
export function rule(
  ...elements: (readonly [name: string, number: number, type: number, index?: number])[]
): readonly PathElement[] {
  return elements.map(([fieldName, fieldNumber, fieldType, index]) => ({
    fieldNumber,
    fieldName,
    fieldType,
    ...(index !== undefined && { subscript: { case: "index", value: BigInt(index) } as const }),
  }));
}
