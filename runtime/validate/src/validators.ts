import { Checks } from "./checks.js";
import { ValidationError } from "./errors.js";
import type { Violation } from "./violation.js";

/** Checks the rules of one type of messages. Generated code has one for each type that has rules. */
export type Check<M> = (message: M, checks: Checks) => void;

/** Runs the check of a message, and returns what it finds. */
export function violationsOf<M>(check: Check<M>, message: M): Violation[] {
  const checks = new Checks();
  check(message, checks);
  return checks.violations;
}

/** Runs the check of a message. Throws a ValidationError if it finds anything. */
export function assertValid<M>(check: Check<M>, message: M): void {
  const checks = new Checks();
  check(message, checks);
  if (checks.violations.length > 0) throw new ValidationError(checks.violations);
}

/** The checks of a proto file, by the names of their messages: what `validators_x` of generated code is. */
export type Validators = Readonly<Record<string, (message: never) => Violation[]>>;
