import type { AnyDesc, DescEnum, DescMessage } from "@bufbuild/protobuf";
import { fileOf } from "@protoloom/plugin-kit/source";
import { declaration } from "./declaration.js";
import { type Effect, type Finding, type Location, type Proof, type Role, type Verdict, worst } from "./finding.js";
import { locationOf } from "./location.js";
import { changedOptions } from "./option.js";
import {
  type EnumPair,
  type FieldPair,
  isSame,
  type MessagePair,
  type MethodPair,
  type Pair,
  type Pairs,
  pairSchemas,
} from "./pairs.js";
import { roleFinder } from "./roles.js";
import { type Claim, fullName, type Rule } from "./rule.js";
import { rules } from "./rules/index.js";
import { messageReplaced } from "./rules/message-replaced.js";
import type { Schema } from "./schema.js";
import { enumShape, type FieldShape, shapeOf, type Value } from "./shape.js";
import {
  around,
  type Focus,
  measure,
  mergeEffects,
  sample,
  samplesBesideWitness,
  samplesOfProof,
} from "./witness/measure.js";
import type { Problem } from "./witness/state.js";
import { concerns, type Shapes } from "./witness/trial.js";

export interface CheckOptions {
  /** Seeds the samples of changed messages. */
  readonly seed: number;
  /** Called for each pair of messages that is done. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** Finds what changed from one schema to the next, and proves it. Pure: the same schemas and seed, the same findings. */
export function check(previous: Schema, next: Schema, options: CheckOptions = { seed: 1 }): Finding[] {
  const pairs = pairSchemas(previous, next);
  const context: Context = { options, pairs, carriers: enumCarriers(pairs), rolesOf: roleFinder(previous, next) };
  const findings = [
    ...pairs.files.flatMap((pair) => apply(pair, pair.next ?? pair.previous, context)),
    ...pairs.messages.flatMap((pair, i) => {
      options.onProgress?.(i, pairs.messages.length);
      return checkMessage(pair, context);
    }),
    ...pairs.enums.flatMap((pair) => checkEnum(pair, context)),
    ...pairs.services.flatMap((pair) => apply(pair, pair.next ?? pair.previous, context)),
    ...pairs.methods.flatMap((pair) => checkMethod(pair, context)),
  ];
  return findings.sort(byPlace);
}

interface Context {
  readonly options: CheckOptions;
  readonly pairs: Pairs;
  /** Pairs of fields that have a changed enum as type. */
  readonly carriers: ReadonlyMap<DescEnum, readonly FieldPair[]>;
  readonly rolesOf: (message: DescMessage | undefined) => readonly Role[];
}

/** Rules by the kind of pair that they look at, in the order of their ids. */
const rulesOn = new Map<Pair["kind"], Rule[]>();
for (const rule of rules) rulesOn.set(rule.on, [...(rulesOn.get(rule.on) ?? []), rule]);

function claimsOf(pair: Pair): { rule: Rule; claim: Claim }[] {
  return (rulesOn.get(pair.kind) ?? []).flatMap((rule) => {
    const claim = rule.check(pair);
    return claim === undefined ? [] : [{ rule, claim }];
  });
}

function apply(pair: Pair, element: AnyDesc | undefined, context: Context): Finding[] {
  const { previous, next } = pair as { previous: AnyDesc | undefined; next: AnyDesc | undefined };
  const findings = claimsOf(pair).map(({ rule, claim }) =>
    finding(rule, claim, element!, previous, next, claim.effects ?? [], []),
  );
  void context;
  return foldTypeScript(findings);
}

function checkMessage(pair: MessagePair, context: Context): Finding[] {
  const findings = checkContent(pair, context);
  const through = pair.through?.next;
  if (through === undefined) return findings;
  const place = "desc" in through ? through.desc : through;
  return foldReplaced(findings, { element: nameOf(place), location: locationOf(place)! });
}

/** Another type in its place: one finding for all that differs. What is missing in it is not for it to reserve. */
function foldReplaced(findings: readonly Finding[], through: NonNullable<Finding["through"]>): Finding[] {
  const head = findings.find(({ rule }) => rule === messageReplaced.id);
  const differences = findings.filter((each) => each !== head);
  if (head === undefined || differences.length === 0) return [];
  const effects = mergeEffects(differences.flatMap((each) => each.effects));
  const verdict = worst([...effects.map((effect) => effect.verdict), ...differences.map(floorOfReplaced)]);
  const proof = verdict === "safe" || verdict === "extends" ? differences.find(({ proof }) => proof)?.proof : undefined;
  const names = [...new Set(differences.map(({ element }) => element.slice(element.lastIndexOf(".") + 1)))];
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  const text = `${head.text}, which differs in ${shown.join(", ")}`;
  return [{ ...head, text, effects, verdict, through, ...(proof === undefined ? {} : { proof }) }];
}

function floorOfReplaced({ floor }: Finding): Verdict {
  return floor === "hazard" ? "extends" : floor;
}

function checkContent(pair: MessagePair, context: Context): Finding[] {
  const claims = isSame(pair.previous, pair.next) ? [] : claimsOf(pair); // then only its extensions have changed
  const own = claims.map(({ rule, claim }) => {
    const effects = [...(claim.effects ?? []), ...measured(claim, pair.shapes)];
    return finding(
      rule,
      claim,
      pair.next ?? pair.previous!,
      pair.previous,
      pair.next,
      effects,
      rolesOfPair(pair, context),
    );
  });
  const changed = pair.fields.filter(isChanged);
  if (changed.length === 0) return foldTypeScript(own);
  const focus = new Set(changed.flatMap(({ previous, next }) => [previous, next].flatMap((side) => side?.shape ?? [])));
  const shapes = around(focus, pair.shapes!);
  const known: Known[] = [];
  const inFields = changed.flatMap((field) => checkField(field, pair, shapes, context, known));
  const all = [...foldTypeScript(own), ...inFields];
  if (own.some(({ rule }) => rule === "message-set")) return all;
  return withSamples(all, pair, shapes, focus, known, context);
}

interface Known {
  readonly focus: Focus;
  readonly effects: readonly Effect[];
}

function checkField(
  pair: FieldPair,
  message: MessagePair,
  shapes: Shapes,
  context: Context,
  known: Known[],
): Finding[] {
  const desc = (pair.next ?? pair.previous)!.desc;
  const findings = claimsOf(pair).map(({ rule, claim }) => {
    const effects = measured(claim, shapes);
    known.push({ focus: focusOf(claim), effects });
    return finding(
      rule,
      claim,
      desc,
      claim.previous ?? pair.previous?.desc ?? (pair.next?.desc.kind === "extension" ? undefined : message.previous),
      claim.next ?? pair.next?.desc ?? (pair.previous?.desc.kind === "extension" ? undefined : message.next),
      [...(claim.effects ?? []), ...effects],
      rolesOfPair(message, context),
    );
  });
  return foldTypeScript(findings);
}

function focusOf(claim: Claim): Focus {
  return new Set((claim.focus ?? []).filter((field) => field !== undefined));
}

function measured(claim: Claim, shapes: Shapes | undefined): Effect[] {
  if (claim.focus === undefined || shapes === undefined) return [];
  return capped(measure(shapes, focusOf(claim)), claim);
}

function capped(effects: readonly Effect[], claim: Claim): Effect[] {
  const { atMost } = claim;
  return atMost === undefined ? [...effects] : effects.map((effect) => ({ ...effect, verdict: atMost }));
}

/** Whether any rule may have something to say: most fields of most messages are the same. */
function isChanged({ previous, next }: FieldPair): boolean {
  if (previous === undefined || next === undefined) return true;
  const [a, b] = [previous.desc, next.desc];
  if (isSame(a, b)) return false;
  return (
    a.number !== b.number ||
    a.name !== b.name ||
    a.jsonName !== b.jsonName ||
    a.kind !== b.kind ||
    a.fieldKind !== b.fieldKind ||
    a.presence !== b.presence ||
    a.scalar !== b.scalar ||
    a.message?.typeName !== b.message?.typeName ||
    a.enum?.typeName !== b.enum?.typeName ||
    a.oneof?.name !== b.oneof?.name ||
    a.oneof?.fields.length !== b.oneof?.fields.length ||
    a.proto.options?.jstype !== b.proto.options?.jstype ||
    changedOptions(a.proto.options, b.proto.options).length > 0 ||
    a.proto.defaultValue !== b.proto.defaultValue ||
    a.utf8Validation !== b.utf8Validation ||
    ("packed" in a && a.packed) !== ("packed" in b && b.packed) ||
    ("delimitedEncoding" in a && a.delimitedEncoding) !== ("delimitedEncoding" in b && b.delimitedEncoding) ||
    (a.fieldKind === "map" && b.fieldKind === "map" && a.mapKey !== b.mapKey) ||
    (a.message !== undefined && b.message !== undefined && a.message.name !== b.message.name)
  );
}

/** Random messages of the changed fields: what no rule has explained is a finding of its own, what survives is proof. */
function withSamples(
  all: Finding[],
  pair: MessagePair,
  shapes: Shapes,
  focus: Focus,
  known: readonly Known[],
  context: Context,
): Finding[] {
  if (all.length === 0) return all; // options that no rule knows
  const { seed } = context.options;
  const isSafe = ({ verdict }: Finding): boolean => verdict === "safe" || verdict === "extends";
  const samples = all.some(isSafe) ? samplesOfProof : samplesBesideWitness;
  const surprises = sample(
    shapes,
    focus,
    { seed, samples },
    (way, problem) =>
      isOfChangedEnum(problem) ||
      known.some(
        ({ focus, effects }) =>
          concerns(problem, focus) &&
          effects.some(({ surface, direction }) => surface === way.surface && direction === way.direction),
      ),
  );
  const proof: Proof = { samples, seed };
  const proved = all.map((each) => (isSafe(each) ? { ...each, proof } : each));
  if (surprises.length === 0) return proved;
  const unexplained: Finding = {
    rule: unexplainedRule.id,
    verdict: worst(surprises.map(({ verdict }) => verdict)),
    element: pair.next!.typeName,
    text: `message ${pair.next!.typeName} does not read what was written, by a combination of changes`,
    effects: surprises.map(({ surface, direction, verdict, witness }) => ({ surface, direction, verdict, witness })),
    roles: rolesOfPair(pair, context),
    previous: locationOf(pair.previous),
    next: locationOf(pair.next),
    floor: "safe",
    before: declaration(pair.previous!),
    after: declaration(pair.next!),
    package: pair.next!.file.proto.package,
    wasDeprecated: false,
  };
  return [...all, unexplained];
}

/** Told by the enum's own pair. */
function isOfChangedEnum({ field, writerField }: Problem): boolean {
  const [a, b] = [field?.value ?? field, writerField?.value ?? writerField];
  return (a?.enum ?? b?.enum)?.typeName === (b?.enum ?? a?.enum)?.typeName && (a?.enum ?? b?.enum) !== undefined;
}

/** No rule of the table: what the samples find that the table does not explain. */
export const unexplainedRule: Omit<Rule, "on" | "check"> = {
  id: "message-combination",
  surfaces: ["binary", "json", "json-strict", "text"],
  purpose: "Random messages of a changed type do not come back as they were written.",
  why: "Several changes together break what none of them breaks alone.",
  fix: "Make the changes one after the other.",
};

function checkEnum(pair: EnumPair, context: Context): Finding[] {
  const users = (pair.next && context.carriers.get(pair.next)) ?? [];
  const roles = [...new Set(users.flatMap(({ message }) => context.rolesOf(message.next)))];
  const at = (claim: Claim): Effect[] => {
    if (claim.numbers === undefined || pair.previous === undefined || pair.next === undefined) return [];
    return measureCarriers(pair.previous, pair.next, users, claim.numbers);
  };
  const own = claimsOf(pair).map(({ rule, claim }) =>
    finding(
      rule,
      claim,
      pair.next ?? pair.previous!,
      pair.previous,
      pair.next,
      [...(claim.effects ?? []), ...at(claim)],
      roles,
    ),
  );
  const values = pair.values.flatMap((value) =>
    foldTypeScript(
      claimsOf(value).map(({ rule, claim }) => {
        const effects = [...(claim.effects ?? []), ...at(claim)];
        const desc = (value.next ?? value.previous)!;
        return finding(rule, claim, desc, value.previous ?? pair.previous, value.next ?? pair.next, effects, roles);
      }),
    ),
  );
  return [...foldTypeScript(own), ...values];
}

/** Enums have no encoding of their own: they are tried in fields of each form that has them, or in one made up. */
function measureCarriers(
  previous: DescEnum,
  next: DescEnum,
  users: readonly FieldPair[],
  numbers: readonly Value[],
): Effect[] {
  const forms = new Map<string, FieldPair>();
  for (const user of users) {
    const { cardinality, presence } = user.next!.shape;
    const key = `${cardinality} ${presence} ${user.previous!.shape.presence}`;
    if (!forms.has(key)) forms.set(key, user);
  }
  const carriers: Shapes[] = [...forms.values()].map(({ previous, next }) => ({
    previous: shapeOf(fullName(previous!.desc), [previous!.shape]),
    next: shapeOf(fullName(next!.desc), [next!.shape]),
  }));
  const isUsed = carriers.length > 0;
  if (!isUsed) carriers.push({ previous: madeUp(previous), next: madeUp(next) });
  const common = previous.values.find(({ number }) => next.values.some((value) => value.number === number));
  const tried = common === undefined ? numbers : [...numbers, BigInt(common.number)];
  const effects = carriers.flatMap((shapes) =>
    measure(shapes, new Set([...shapes.previous.fields, ...shapes.next.fields]), tried),
  );
  const worstFirst = [...effects].sort((a, b) => (worst([a.verdict, b.verdict]) === a.verdict ? 0 : 1));
  const seen = new Set<string>();
  return worstFirst.flatMap((effect) => {
    const key = `${effect.surface} ${effect.direction}`;
    if (seen.has(key)) return [];
    seen.add(key);
    // Other values of the enum are not concerned; and no field of these schemas holds one that nobody uses.
    return [{ ...effect, verdict: isUsed ? ("conditional" as const) : ("hazard" as const) }];
  });
}

function madeUp(desc: DescEnum): ReturnType<typeof shapeOf> {
  const shape = enumShape(desc);
  const field: FieldShape = {
    number: 1,
    name: "value",
    jsonName: "value",
    kind: "enum",
    enum: shape,
    cardinality: "singular",
    presence: "explicit",
    packed: false,
    delimited: false,
    utf8: true,
    oneof: undefined,
    default: shape.first,
  };
  return shapeOf(`a message with a field of ${desc.typeName}`, [field]);
}

function enumCarriers(pairs: Pairs): Map<DescEnum, FieldPair[]> {
  const carriers = new Map<DescEnum, FieldPair[]>();
  for (const field of pairs.enumFields) {
    const type = field.next!.desc.enum!;
    const list = carriers.get(type);
    if (list === undefined) carriers.set(type, [field]);
    else list.push(field);
  }
  return carriers;
}

function checkMethod(pair: MethodPair, context: Context): Finding[] {
  return apply(pair, pair.next ?? pair.previous, context);
}

function rolesOfPair(pair: MessagePair, context: Context): readonly Role[] {
  return context.rolesOf(pair.next ?? pair.previous);
}

function finding(
  rule: Rule,
  claim: Claim,
  element: AnyDesc,
  previous: AnyDesc | undefined,
  next: AnyDesc | undefined,
  effects: readonly Effect[],
  roles: readonly Role[],
): Finding {
  const confirmed = effects.length > 0;
  const expected = claim.expects === "breaking" || claim.expects === "conditional";
  const floor = expected ? "safe" : claim.expects;
  const verdict = worst([...effects.map((effect) => effect.verdict), floor]);
  const severity = claim.severity ?? rule.severity;
  return {
    rule: rule.id,
    verdict,
    element: nameOf(element),
    text: claim.text,
    effects,
    roles,
    previous: locationOf(previous),
    next: locationOf(next),
    floor,
    before: declarationOf(previous, element),
    after: declarationOf(next, element),
    package: fileOf(element).proto.package,
    wasDeprecated: previous !== undefined && "deprecated" in previous && previous.deprecated,
    ...(severity === undefined ? {} : { severity }),
    ...(expected && !confirmed ? { demoted: "no value that was tried goes wrong" } : {}),
    ...(claim.suggestion === undefined ? {} : { suggestion: claim.suggestion }),
  };
}

/** Undefined for what only stands for the element where it is not: the message of a deleted field. */
function declarationOf(desc: AnyDesc | undefined, element: AnyDesc): string | undefined {
  const kindOf = ({ kind }: AnyDesc): string => (kind === "extension" ? "field" : kind);
  return desc !== undefined && kindOf(desc) === kindOf(element) ? declaration(desc) : undefined;
}

function nameOf(desc: AnyDesc): string {
  switch (desc.kind) {
    case "file":
      return desc.proto.name;
    case "field":
      return fullName(desc);
    case "oneof":
    case "enum_value":
    case "rpc":
      return `${desc.parent.typeName}.${desc.name}`;
    default:
      return desc.typeName;
  }
}

/** One finding for one change: what it does to TypeScript joins what it does to data. */
function foldTypeScript(findings: Finding[]): Finding[] {
  const generated = findings.filter(({ rule }) => rule.startsWith("typescript-"));
  const others = findings.filter(({ rule }) => !rule.startsWith("typescript-"));
  if (generated.length === 0 || others.length === 0) return findings;
  const [first, ...rest] = others;
  const effects = [...first!.effects, ...generated.flatMap((each) => each.effects)];
  const { demoted: _, ...kept } = first!;
  return [{ ...kept, effects, verdict: worst([first!.verdict, ...generated.map(({ verdict }) => verdict)]) }, ...rest];
}

function byPlace(a: Finding, b: Finding): number {
  return (
    compareLocations(a.next ?? a.previous, b.next ?? b.previous) ||
    (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : a.text < b.text ? -1 : 1)
  );
}

function compareLocations(a: Location | undefined, b: Location | undefined): number {
  const [x, y] = [a?.file ?? "", b?.file ?? ""];
  if (x !== y) return x < y ? -1 : 1;
  const [p, q] = [a?.path ?? [], b?.path ?? []];
  for (let i = 0; i < Math.min(p.length, q.length); i++) if (p[i] !== q[i]) return p[i]! - q[i]!;
  return p.length - q.length;
}
