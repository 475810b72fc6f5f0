/** Patterns for which RE2 is needed: it matches in linear time what the engine's own expressions might not. */
import { RE2JS } from "@bufbuild/re2";
import { fail } from "./cel/fail.js";

/** A pattern that generated code declares once. It is compiled when it is first used. */
export interface Pattern {
  /** The pattern in the syntax of RE2. */
  readonly source: string;
  /** The automaton, once it has been used. */
  compiled?: RE2JS;
}

/** Declares a pattern in the syntax of RE2. */
export function pattern(source: string): Pattern {
  return { source };
}

/** Whether the pattern matches anywhere in the text. */
export function matches(pattern: Pattern, text: string): boolean {
  pattern.compiled ??= compile(pattern.source);
  return pattern.compiled.test(text);
}

/** The same for a pattern that an expression works out, which cannot be kept. */
export function matchesText(source: string, text: string): boolean {
  return compile(source).test(text);
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (e) {
    return fail(`invalid pattern: ${(e as Error).message}`);
  }
}
