import { EvaluationError } from "../errors.js";

/** Ends the evaluation of an expression. */
export function fail(reason: string): never {
  throw new EvaluationError(reason);
}

/** The value in a field of a wrapper type. Fails where it is not set, and so null. */
export function unwrap<T>(value: T | undefined): T {
  return value === undefined ? fail("no such overload: the operand is null") : value;
}
