import { EvaluationError } from "../errors.js";

type Condition = () => boolean;

/** `a && b` of CEL: false if either is false, even if the other one fails. */
export function and(a: Condition, b: Condition): boolean {
  return settle(a, b, false);
}

/** `a || b` of CEL: true if either is true, even if the other one fails. */
export function or(a: Condition, b: Condition): boolean {
  return settle(a, b, true);
}

/** `list.all(x, …)` of CEL: false if it is false for any item, even if it fails for others. */
export function all<T>(list: readonly T[], test: (item: T) => boolean): boolean {
  return settleItems(list, test, false);
}

/** `list.exists(x, …)` of CEL: true if it is true for any item, even if it fails for others. */
export function exists<T>(list: readonly T[], test: (item: T) => boolean): boolean {
  return settleItems(list, test, true);
}

/** `list.exists_one(x, …)` of CEL. */
export function existsOne<T>(list: readonly T[], test: (item: T) => boolean): boolean {
  let count = 0;
  for (const item of list) if (test(item)) count++;
  return count === 1;
}

function settle(a: Condition, b: Condition, decisive: boolean): boolean {
  return settleItems([a, b], (condition) => condition(), decisive);
}

function settleItems<T>(list: readonly T[], test: (item: T) => boolean, decisive: boolean): boolean {
  let failure: EvaluationError | undefined;
  for (const item of list) {
    try {
      if (test(item) === decisive) return decisive;
    } catch (e) {
      if (!(e instanceof EvaluationError)) throw e;
      failure ??= e;
    }
  }
  if (failure !== undefined) throw failure;
  return !decisive;
}
