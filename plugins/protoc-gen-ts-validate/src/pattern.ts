import { RE2JS } from "@bufbuild/re2";
import { literal } from "@protoloom/plugin-kit";
import { InvalidExpression } from "./cel/error.js";
import type { Target } from "./cel/target.js";
import { nativePattern } from "./native-pattern.js";

/**
 * The code that matches a text against a pattern in RE2's syntax: with the engine's own expressions where they are proven to
 * mean the same and to take linear time, otherwise with RE2.
 */
export function patternCode(pattern: string, text: string, target: Target): string {
  try {
    RE2JS.compile(pattern);
  } catch (e) {
    throw new InvalidExpression(`invalid pattern ${literal(pattern)}: ${(e as Error).message}`);
  }
  const native = nativePattern(pattern);
  if (native !== undefined) {
    const expression = target.hoist(`RegExp ${native}`, () => `/*@__PURE__*/ new RegExp(${literal(native)}, "u")`);
    return `${expression}.test(${text})`;
  }
  const declared = target.hoist(`RE2 ${pattern}`, () => `/*@__PURE__*/ ${target.re2("pattern")}(${literal(pattern)})`);
  return `${target.re2("matches")}(${declared}, ${text})`;
}
