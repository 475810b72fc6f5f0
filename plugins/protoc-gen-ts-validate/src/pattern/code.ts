import { RE2JS } from "@bufbuild/re2";
import { literal, verbatim } from "@protoloom/plugin-kit";
import { InvalidExpression } from "../cel/error.js";
import type { Target } from "../cel/target.js";
import { type Automaton, automatonOf } from "./automaton.js";
import { nativePattern } from "./native.js";
import { parsePattern } from "./parse.js";

/**
 * The code that matches a text against a pattern in RE2's syntax, in linear time: with the engine's own expressions where they
 * are proven to mean the same and not to backtrack, otherwise with an automaton made now, and with RE2 for what is left.
 */
export function patternCode(source: string, text: string, target: Target): string {
  try {
    RE2JS.compile(source);
  } catch (e) {
    throw new InvalidExpression(`invalid pattern ${literal(source)}: ${(e as Error).message}`);
  }
  const pattern = parsePattern(source);
  const native = pattern && nativePattern(pattern);
  if (native !== undefined) {
    const expression = target.hoist(`RegExp ${native}`, () => `/*@__PURE__*/ new RegExp(${literal(native)}, "u")`);
    return `${expression}.test(${text})`;
  }
  const automaton = pattern && automatonOf(pattern);
  if (automaton !== undefined) {
    const declared = target.hoist(`automaton ${source}`, () => {
      const [bounds, table, ...numbers] = automatonArguments(automaton);
      const args = [`[${bounds.join(", ")}]`, literal(table), ...numbers];
      return `/*@__PURE__*/ ${target.runtime("automaton")}(${args.join(", ")}) /* ${commentText(source)} */`;
    });
    return `${declared}.test(${text})`;
  }
  const declared = target.hoist(`RE2 ${source}`, () => `/*@__PURE__*/ ${target.re2("pattern")}(${literal(source)})`);
  return `${target.re2("matches")}(${declared}, ${text})`;
}

/** The digits of states: printable ASCII without what a string literal escapes. */
const FIRST_DIGIT = 35;
const BASE = 57; // up to "[", which is before the backslash

/** The arguments of `automaton` in the runtime. */
export function automatonArguments({
  bounds,
  next,
  start,
  firstAccepting,
}: Automaton): [bounds: number[], table: string, states: number, start: number, firstAccepting: number] {
  const width = next.length > BASE ? 2 : 1;
  const digits = next.flat().map((state) => {
    const high = String.fromCharCode(FIRST_DIGIT + Math.floor(state / BASE));
    return (width === 2 ? high : "") + String.fromCharCode(FIRST_DIGIT + (state % BASE));
  });
  return [bounds.flat(), digits.join(""), next.length, start, firstAccepting];
}

/** A pattern in a comment, which it cannot end. */
function commentText(source: string): string {
  return verbatim(literal(source).replaceAll("*/", "*\\/"));
}
