import type { AnyField } from "../pairs.js";
import { incomparable, refusalOf } from "./accepts.js";
import { examplesOf } from "./examples.js";
import { type Rules, rulesOf, sameRules } from "./rules-of.js";
import { type Example, type Subject, subjectOf } from "./subject.js";

/** A value that one version accepts and the other refuses, by a rule. */
export interface Difference {
  readonly value: Example;
  readonly rule: string;
}

/** The change between two sets of rules of a field. */
export interface Comparison {
  /** An old value that is refused now. */
  readonly tightened: Difference | undefined;
  /** A new value that was refused before. */
  readonly loosened: Difference | undefined;
  /** Changed rules that cannot be compared, such as CEL. */
  readonly incomparable: readonly string[];
}

/** The rules of a field; none for an extension or a field that does not exist. */
export function fieldRules(field: AnyField | undefined): Rules | undefined {
  if (field === undefined) return undefined;
  return rulesOf(
    field.proto.options,
    "google.protobuf.FieldOptions",
    field.kind === "extension" ? field.file : field.parent.file,
  );
}

/** Compares the rules of both versions of a field by values. Undefined if they say the same. A field that is missing is not set. */
export function compareRules(previous: AnyField | undefined, next: AnyField | undefined): Comparison | undefined {
  const [before, after] = [fieldRules(previous), fieldRules(next)];
  if (sameRules(before, after)) return undefined;
  const subject = subjectOf((next ?? previous)!);
  const isNew = previous === undefined || next === undefined;
  if (!isNew && !isSameKind(subjectOf(previous), subject))
    return { tightened: undefined, loosened: undefined, incomparable: [] };
  const values: readonly Example[] = isNew ? [undefined] : examplesOf(subject, [before, after]);
  const [sideBefore, sideAfter] = isNew ? [subject, subject] : [subjectOf(previous), subject];
  const differ = (
    accepts: Rules | undefined,
    own: Subject,
    refuses: Rules | undefined,
    other: Subject,
  ): Difference | undefined => {
    for (const value of values) {
      const rule = refusalOf(accepts, own, value) === undefined ? refusalOf(refuses, other, value) : undefined;
      if (rule !== undefined) return { value, rule };
    }
    return undefined;
  };
  return {
    tightened: differ(before, sideBefore, after, sideAfter),
    loosened: differ(after, sideAfter, before, sideBefore),
    incomparable: isNew ? [] : incomparable(before, after),
  };
}

function isSameKind(a: Subject, b: Subject): boolean {
  return a.kind === b.kind && a.item?.kind === b.item?.kind && a.key?.kind === b.key?.kind;
}
