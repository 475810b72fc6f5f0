import type { DescEnum } from "@bufbuild/protobuf";
import { type Effect, type Finding, worst } from "../finding.js";
import { enumLayout, type FieldLayout, layoutOf, type Value } from "../layout.js";
import type { EnumPair, FieldPair, Pairs } from "../pairs.js";
import { type Claim, fullName } from "../rule.js";
import { measure } from "../witness/measure.js";
import type { Layouts } from "../witness/trial.js";
import type { Context } from "./context.js";
import { foldTypeScript } from "./fold.js";
import { makeFinding } from "./make-finding.js";

/** Checks an enum and its values. */
export function checkEnum(pair: EnumPair, context: Context): Finding[] {
  const users = (pair.next && context.carriers.get(pair.next)) ?? [];
  const roles = [...new Set(users.flatMap(({ message }) => context.rolesOf(message.next)))];
  const effectsOf = ({ numbers }: Claim): Effect[] => {
    if (numbers === undefined || pair.previous === undefined || pair.next === undefined) return [];
    return measureCarriers(pair.previous, pair.next, users, numbers);
  };
  return [pair, ...pair.values].flatMap((each) => {
    const subject = {
      element: (each.next ?? each.previous)!,
      previous: each.previous ?? pair.previous,
      next: each.next ?? pair.next,
    };
    return foldTypeScript(
      context.claimsOf(each).map((said) => makeFinding(said, subject, effectsOf(said.claim), roles)),
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
  const forms = new Map<string, FieldPair>();
  for (const user of users) {
    const { cardinality, presence } = user.next!.layout;
    const key = `${cardinality} ${presence} ${user.previous!.layout.presence}`;
    if (!forms.has(key)) forms.set(key, user);
  }
  const carriers: Layouts[] = [...forms.values()].map(({ previous, next }) => ({
    previous: layoutOf(fullName(previous!.desc), [previous!.layout]),
    next: layoutOf(fullName(next!.desc), [next!.layout]),
  }));
  const isUsed = carriers.length > 0;
  if (!isUsed) carriers.push({ previous: madeUp(previous), next: madeUp(next) });
  const common = previous.values.find(({ number }) => next.values.some((value) => value.number === number));
  const tried = common === undefined ? numbers : [...numbers, BigInt(common.number)];
  const effects = carriers.flatMap((layouts) =>
    measure(layouts, new Set([...layouts.previous.fields, ...layouts.next.fields]), tried),
  );
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

function madeUp(desc: DescEnum): ReturnType<typeof layoutOf> {
  const layout = enumLayout(desc);
  const field: FieldLayout = {
    number: 1,
    name: "value",
    jsonName: "value",
    kind: "enum",
    enum: layout,
    cardinality: "singular",
    presence: "explicit",
    packed: false,
    delimited: false,
    utf8: true,
    oneof: undefined,
    default: layout.first,
  };
  return layoutOf(`a message with a field of ${desc.typeName}`, [field]);
}
