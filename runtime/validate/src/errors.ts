import type { Violation } from "./violation.js";

/** A message is not valid. Its text is the first violation, and how many more there are. */
export class ValidationError extends Error {
  override readonly name = "ValidationError";
  /** All violations, in the order of the fields. There is at least one. */
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super(textOf(violations));
    this.violations = violations;
  }
}

function textOf([first, ...more]: readonly Violation[]): string {
  if (first === undefined) return "validation failed";
  return more.length === 0 ? String(first) : `${first}, and ${more.length} more violation${more.length > 1 ? "s" : ""}`;
}

/** The rules of a message cannot be applied to it: an expression does not compile, or a rule is for another type of field. */
export class CompilationError extends Error {
  override readonly name = "CompilationError";
}

/** An expression of a rule failed on a message: an overflow, a division by zero, an index that does not exist. */
export class EvaluationError extends Error {
  override readonly name = "EvaluationError";
}
