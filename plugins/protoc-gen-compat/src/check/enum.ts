import type { DescEnum } from "@bufbuild/protobuf";
import { type Effect, type Finding, worst } from "../finding.js";
import { type Layout, layoutOf, plainField, type Value } from "../layout.js";
import type { EnumPair, FieldPair, Pairs } from "../pairs.js";
import type { Claim } from "../rule.js";
import { around, type Focus, measure } from "../witness/measure.js";
import type { Layouts } from "../witness/trial.js";
import type { Context } from "./context.js";
import { foldSource } from "./fold.js";
import { makeFinding } from "./make-finding.js";

/** Checks an enum and its values. */
export function checkEnum(pair: EnumPair, context: Context): Finding[] {
  const users = (pair.next && context.carriers.get(pair.next)) ?? [];
  const roles = [...new Set(users.flatMap(({ message }) => context.rolesOf(message)))];
  const effectsOf = ({ numbers }: Claim): Effect[] => {
    if (numbers === undefined || pair.previous === undefined || pair.next === undefined) return [];
    return measureCarriers(pair.previous, pair.next, users, numbers);
  };
  const limited = (claim: Claim): Claim =>
    users.length > 0 || claim.ifUnused === undefined ? claim : { ...claim, severity: claim.ifUnused };
  return [pair, ...pair.values].flatMap((each) => {
    const subject = {
      element: (each.next ?? each.previous)!,
      previous: each.previous ?? pair.previous,
      next: each.next ?? pair.next,
    };
    return foldSource(
      context
        .claimsOf(each)
        .map(({ rule, claim }) => makeFinding({ rule, claim: limited(claim) }, subject, effectsOf(claim), roles)),
    );
  });
}

/** Pairs of fields by their enum type, for changed enums. */
export function enumCarriers(pairs: Pairs): Map<DescEnum, FieldPair[]> {
  const carriers = new Map<DescEnum, FieldPair[]>();
  for (const field of pairs.enumFields) {
    const type = field.next!.desc.enum!;
    const list = carriers.get(type);
    if (list === undefined) carriers.set(type, [field]);
    else list.push(field);
  }
  return carriers;
}

/** Enums have no encoding of their own. They are tried in every form of field that uses them, or in a synthetic field. */
function measureCarriers(
  previous: DescEnum,
  next: DescEnum,
  users: readonly FieldPair[],
  numbers: readonly Value[],
): Effect[] {
  const forms = new Map<string, Carrier>();
  for (const user of users) {
    const focus = new Set([user.previous!.layout, user.next!.layout]);
    const layouts = around(focus, user.message.layouts!);
    const key = [layouts.previous, layouts.next].map((layout) => formIn(layout, focus)).join(" ");
    if (!forms.has(key)) forms.set(key, { layouts, focus });
  }
  const carriers = [...forms.values()];
  const isUsed = carriers.length > 0;
  if (!isUsed) carriers.push(madeUp(previous, next));
  const common = previous.values.find(({ number }) => next.values.some((value) => value.number === number));
  const tried = common === undefined ? numbers : [...numbers, BigInt(common.number)];
  const effects = carriers.flatMap(({ layouts, focus }) => measure(layouts, focus, tried));
  const worstFirst = [...effects].sort((a, b) => (worst([a.verdict, b.verdict]) === a.verdict ? 0 : 1));
  const seen = new Set<string>();
  return worstFirst.flatMap((effect) => {
    const key = `${effect.surface} ${effect.direction}`;
    if (seen.has(key)) return [];
    seen.add(key);
    // Other values of the enum are not affected, and an unused enum occurs in no field of these schemas.
    return [{ ...effect, verdict: isUsed ? ("conditional" as const) : ("hazard" as const) }];
  });
}

/** A message with a field of the enum, and what else it requires: without that it is no message. */
interface Carrier {
  readonly layouts: Layouts;
  readonly focus: Focus;
}

/** The key of fields whose values fare alike: the form of the field, and the fields that are required beside it. */
function formIn({ fields }: Layout, focus: Focus): string {
  return fields.map((field) => (focus.has(field) ? `${field.cardinality} ${field.presence}` : field.name)).join(" ");
}

function madeUp(previous: DescEnum, next: DescEnum): Carrier {
  const layouts = { previous: madeUpLayout(previous), next: madeUpLayout(next) };
  return { layouts, focus: new Set([...layouts.previous.fields, ...layouts.next.fields]) };
}

function madeUpLayout(desc: DescEnum): Layout {
  const field = plainField(1, "value", undefined, desc, undefined);
  return layoutOf(`a message with a field of ${desc.typeName}`, [field]);
}
