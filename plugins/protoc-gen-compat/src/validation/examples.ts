import { isDeepStrictEqual } from "node:util";
import { ScalarType } from "@bufbuild/protobuf";
import { asRules, isRules, refusalOf } from "./accepts.js";
import type { Rules } from "./rules-of.js";
import { type Example, type Subject, someMessage } from "./subject.js";

/** Longer strings and lists are not made. */
const LONGEST = 4096;

/** Values of a field to try, the simplest first: those at the limits of either set of rules, and some of every form. */
export function examplesOf(subject: Subject, rules: readonly (Rules | undefined)[]): Example[] {
  const given = rules.flatMap((each) => (each === undefined ? [] : [each]));
  return [...(subject.hasPresence ? [undefined] : []), ...valuesOf(subject, given)];
}

function valuesOf(subject: Subject, rules: readonly Rules[]): Example[] {
  const limits = rules.flatMap((each) => Object.values(each).filter(isRules));
  switch (subject.kind) {
    case "list":
      return lists(subject.item!, limits);
    case "map":
      return maps(subject, limits);
    case "bool":
      return [true, false];
    case "number":
      return numbers(limits);
    case "integer":
      return integers(subject, limits);
    case "enum":
      return [...subject.enum!.values.map(({ number }) => number), ...(subject.enum!.open ? [12345] : [])];
    case "string":
      return strings(limits);
    case "bytes":
      return strings(limits)
        .map((text) => Buffer.from(text))
        .concat([4, 16].map((size) => Buffer.alloc(size, 1)));
    case "time":
      return [...numerals(limits, "bigint").flatMap((n) => [n, n - 1n, n + 1n]), 1n, 0n, -1n];
    case "any":
      return [...texts(limits), "type.googleapis.com/google.protobuf.Empty"];
    case "message":
      return [someMessage];
  }
}

/** The numbers of one type among the limits, and in their lists. */
function numerals(limits: readonly Rules[], type: "bigint"): bigint[];
function numerals(limits: readonly Rules[], type: "number"): number[];
function numerals(limits: readonly Rules[], type: string): unknown[] {
  return limits.flatMap((each) => Object.values(each).flat()).filter((each) => typeof each === type);
}

function integers({ scalar, range }: Subject, limits: readonly Rules[]): Example[] {
  const isLong = /64$/.test(ScalarType[scalar!]);
  const given = isLong ? numerals(limits, "bigint") : numerals(limits, "number").filter(Number.isInteger).map(BigInt);
  const [min, max] = range!;
  const all = [...given.flatMap((limit) => [limit, limit - 1n, limit + 1n]), 1n, 0n, -1n, 100n, max, min];
  const inRange = all.filter((value) => value >= min && value <= max);
  return isLong ? inRange : inRange.map(Number);
}

function numbers(limits: readonly Rules[]): number[] {
  const near = numerals(limits, "number").flatMap((limit) => [Number(limit), Number(limit) - 0.5, Number(limit) + 0.5]);
  return [...near, 1, 0, -1, 0.5, 100, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
}

/** Texts of all well-known formats, and of the forms that patterns are usually made for. */
const forms = [
  ...[
    "a",
    "",
    "A",
    "1",
    "ab",
    "abc",
    "ABC",
    "Abc",
    "a1",
    "123",
    "a-b",
    "a_b",
    "a.b",
    "a b",
    "é",
    "-",
    "_",
    "+1",
    "#",
    "/a",
    "a/b",
  ],
  ...["abcdefgh", "12345678", "a1b2c3d4", "ABCDEFGH", "2026-11-30", "12:30", "1.2.3", "+15550100", "x".repeat(64)],
  ...["user@example.com", "example.com", "127.0.0.1", "::1", "127.0.0.1/24", "::1/64", "example.com:443"],
  ...["https://example.com/a", "01234567-89ab-cdef-0123-456789abcdef", "0123456789abcdef0123456789abcdef"],
  "01ARZ3NDEKTSV4RRFFQ69G5FAV",
];

const texts = (limits: readonly Rules[]): string[] =>
  limits
    .flatMap((each) => Object.entries(each))
    .flatMap(([name, value]) => (name === "pattern" ? [] : [value].flat()))
    .flatMap((value) =>
      typeof value === "string" ? [value] : value instanceof Uint8Array ? [Buffer.from(value).toString("latin1")] : [],
    );

function strings(limits: readonly Rules[]): string[] {
  const named = texts(limits);
  const lengths = numerals(limits, "bigint")
    .flatMap((limit) => [Number(limit), Number(limit) - 1, Number(limit) + 1])
    .filter((length) => length >= 0 && length <= LONGEST);
  const affix = (name: string): string[] =>
    texts(limits.map((each) => (each[name] === undefined ? {} : { [name]: each[name] })));
  const framed = [...affix("prefix"), ""].flatMap((start) =>
    [...affix("contains"), ""].flatMap((middle) =>
      [...affix("suffix"), ""].map((end) => [start, `${middle}${end}`] as const),
    ),
  );
  const ofLength = (length: number): string[] =>
    framed.flatMap(([start, end]) =>
      ["a", "é", "1"].map((fill) => `${start}${fill.repeat(Math.max(0, length - start.length - end.length))}${end}`),
    );
  return [...named, ...lengths.flatMap(ofLength), ...framed.map(([start, end]) => `${start}${end}`), ...forms];
}

/** Lists of the sizes at the limits, filled with what both sets of rules accept, and lists with each of the items. */
function lists(item: Subject, limits: readonly Rules[]): Example[] {
  const inner = limits.map(({ items }) => asRules(items));
  const some = distinct(valuesOf(item, inner));
  const good = some.filter((each) => inner.every((rules) => refusalOf(rules, item, each) === undefined));
  const sizes = sizesOf(limits);
  const fill = (count: number, first: readonly Example[]): Example[] => {
    const rest = (good.length > 0 ? good : some).filter((each) => !first.some((own) => isDeepStrictEqual(own, each)));
    return [...first, ...Array.from({ length: count }, (_, i) => rest[i % Math.max(1, rest.length)])].slice(
      0,
      Math.max(count, first.length),
    );
  };
  const full = sizes.map((size) => fill(size, []));
  const usual = Math.max(1, ...limits.map(({ min_items }) => Number(min_items ?? 0)).filter((size) => size <= LONGEST));
  const [twice] = good.length > 0 ? good : some;
  return [[], ...full, [twice, twice], ...some.map((each) => fill(usual, [each]))];
}

function maps({ key, item }: Subject, limits: readonly Rules[]): Example[] {
  const inner = (name: "keys" | "values"): Rules[] => limits.map((each) => asRules(each[name]));
  const accepted = (subject: Subject, rules: Rules[]): [all: Example[], good: Example[]] => {
    const all = distinct(valuesOf(subject, rules));
    return [all, all.filter((each) => rules.every((own) => refusalOf(own, subject, each) === undefined))];
  };
  const [keys, goodKeys] = accepted(key!, inner("keys"));
  const [values, goodValues] = accepted(item!, inner("values"));
  const value = goodValues[0] ?? values[0];
  const usual = Math.max(1, ...limits.map(({ min_pairs }) => Number(min_pairs ?? 0)).filter((size) => size <= LONGEST));
  const make = (count: number, first: readonly [Example, Example][]): Example => {
    const rest = goodKeys.map((each): [Example, Example] => [each, value]);
    return new Map([...first, ...rest].slice(0, count) as [string, Example][]);
  };
  return [
    new Map(),
    ...sizesOf(limits).map((size) => make(size, [])),
    ...keys.map((each) => make(usual, [[each, value]])),
    ...values.map((each) => make(usual, [[goodKeys[0] ?? keys[0], each]])),
  ];
}

function sizesOf(limits: readonly Rules[]): number[] {
  const names = ["min_items", "max_items", "min_pairs", "max_pairs"];
  const named = limits.flatMap((each) =>
    names.flatMap((name) => (each[name] === undefined ? [] : [Number(each[name])])),
  );
  return named.flatMap((size) => [size, size - 1, size + 1]).filter((size) => size >= 0 && size <= LONGEST);
}

function distinct(values: readonly Example[]): Example[] {
  return values.filter((value, i) => values.findIndex((other) => isDeepStrictEqual(other, value)) === i);
}
