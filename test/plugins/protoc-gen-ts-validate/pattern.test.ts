/** Patterns mean in generated code what they mean to RE2, and take linear time. */
import { RE2JS } from "@bufbuild/re2";
import { describe, expect, test } from "@jest/globals";
import { automaton } from "@protoloom/validate/codegen";
import { automatonOf } from "../../../plugins/protoc-gen-ts-validate/src/pattern/automaton.js";
import { automatonArguments } from "../../../plugins/protoc-gen-ts-validate/src/pattern/code.js";
import { nativePattern } from "../../../plugins/protoc-gen-ts-validate/src/pattern/native.js";
import { parsePattern } from "../../../plugins/protoc-gen-ts-validate/src/pattern/parse.js";

/** The matchers of patterns in generated code: the engine's expressions, an automaton, or RE2. */
const patterns: readonly (readonly [source: string, by: "native" | "automaton" | "re2"])[] = [
  ["^[a-z]+$", "native"],
  ["^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}$", "native"],
  ["^[A-Za-z_][A-Za-z_0-9]*(\\.[A-Za-z_][A-Za-z_0-9]*)*$", "native"],
  ["^(?:a|b)?c$", "native"],
  ["^a|b$", "automaton"],
  ["^(a|b)$", "native"],
  ["abc", "native"],
  ["a.c", "native"],
  ["^[^a-c\\n]*$", "native"],
  ["^\\d{2,3}\\.\\w\\s\\D$", "native"],
  ["^\\x61\\x{1F600}$", "native"],
  ["^😀+$", "native"],
  ["", "native"],
  ["^$", "native"],
  ["^]$|^[]a]$", "automaton"],
  ["^[a-z][a-z0-9_]{1,6}[a-z0-9]$", "automaton"],
  ["^([a-z][a-z0-9_]{1,5}[a-z0-9]/)*[a-z][a-z0-9_]{1,5}[a-z0-9]$", "automaton"],
  ["^([[:alnum:]][[:word:]\\-]*(\\.[[:word:]\\-]*)*)*$", "automaton"],
  ["^(^$|\\.|[0-9a-z][\\w\\-]*(\\.\\w[\\w\\-]*)*)$", "automaton"],
  ["^([a-z][\\w\\@\\.\\-]*)*$", "automaton"],
  ["^(a+)+$", "automaton"],
  ["(a*)*b", "automaton"],
  ["^(a|a)*$", "automaton"],
  ["^(a|ab)(c|bcd)$", "automaton"],
  ["a{0}b", "automaton"],
  ["x*", "automaton"],
  ["a+?b", "automaton"],
  ["^(?P<name>a)$", "native"],
  ["\\Aa\\z", "native"],
  ["a{,2}", "native"],
  ["(?i)abc", "re2"],
  ["\\bword\\b", "re2"],
  ["^\\pL+$", "re2"],
  ["(a{30}){30}", "re2"],
];

describe.each(patterns)("%s", (source, by) => {
  const parsed = parsePattern(source);
  const native = parsed && nativePattern(parsed);
  const machine = parsed && automatonOf(parsed);

  test(`is matched by ${by}`, () => {
    expect(native !== undefined ? "native" : machine !== undefined ? "automaton" : "re2").toBe(by);
  });

  test("matches what RE2 matches", () => {
    const re2 = RE2JS.compile(source);
    const matchers = [
      ...(native === undefined ? [] : [new RegExp(native, "u")]),
      ...(machine === undefined ? [] : [automaton(...automatonArguments(machine))]),
    ];
    const random = randomOf(20261122);
    const texts = Array.from({ length: 2000 }, () => sample(source, random));
    const expected = texts.filter((text) => re2.test(text));
    for (const matcher of matchers) expect(texts.filter((text) => matcher.test(text))).toEqual(expected);
  });
});

test("a pattern that backtracks without end elsewhere takes linear time", () => {
  const parsed = parsePattern("^(a+)+$")!;
  const { test: matches } = bind(automaton(...automatonArguments(automatonOf(parsed)!)));
  const start = performance.now();
  expect(matches(`${"a".repeat(100_000)}!`)).toBe(false);
  expect(performance.now() - start).toBeLessThan(1000);
});

function bind(matcher: { test(text: string): boolean }): { test(text: string): boolean } {
  return { test: (text) => matcher.test(text) };
}

/** A text of characters of the pattern, and some others. */
function sample(source: string, random: () => number): string {
  const alphabet = [
    ...source.replace(/[\\[\]{}()^$*+?|]/g, ""),
    "a",
    "b",
    "c",
    "9",
    "_",
    ".",
    "-",
    "/",
    "\n",
    "é",
    "😀",
    "]",
    " ",
  ];
  const length = Math.floor(random() * random() * 14);
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
}

/** Pseudo-random numbers from 0 to 1; mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
