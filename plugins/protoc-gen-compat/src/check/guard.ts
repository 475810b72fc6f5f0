import { directions, languageSurfaces, surfaces, verdicts } from "../finding.js";
import { InputError } from "../input-error.js";
import type { Pair } from "../pairs.js";
import { type Claim, type Rule, severities } from "../rule.js";
import { nameOf } from "./make-finding.js";

/** A rule of the user's own whose mistakes are reported with its file and the element, as an InputError. */
export function guarded(rule: Rule): Rule {
  const { id, source } = rule;
  const fail = (pair: Pair, what: string): never => {
    throw new InputError(`${source ?? "a rule"}: rule ${id} failed for ${elementOf(pair)}: ${what}`);
  };
  return {
    ...rule,
    check(pair) {
      let claim: unknown;
      try {
        claim = rule.check(pair);
      } catch (e) {
        return fail(pair, messageOf(e, source));
      }
      if (claim === undefined) return undefined;
      const wrong = wrongIn(claim);
      return wrong === undefined ? (claim as Claim) : fail(pair, wrong);
    },
  };
}

function elementOf(pair: Pair): string {
  if (pair.kind === "field") return nameOf((pair.next ?? pair.previous)!.desc);
  return nameOf((pair.next ?? pair.previous)!);
}

/** The message of what was thrown, and the line of the rule's file that threw it. */
function messageOf(error: unknown, source: string | undefined): string {
  if (!(error instanceof Error)) return `it threw ${String(error)}`;
  const file = source?.slice(source.lastIndexOf("/") + 1);
  const frame = error.stack?.split("\n").find((line) => file !== undefined && line.includes(`${file}:`));
  const [, line] = /:(\d+):\d+\)?$/.exec(frame ?? "") ?? [];
  return `${error.message.split("\n")[0]}${line === undefined ? "" : ` (line ${line})`}`;
}

/** The fault of a claim, or undefined. A rule in JavaScript has no compiler that would report it. */
function wrongIn(claim: unknown): string | undefined {
  if (typeof claim !== "object" || claim === null) return `expected a claim or undefined, got ${show(claim)}`;
  if (claim instanceof Promise) return "its check returned a promise, and must be synchronous";
  const { text, expects, atMost, severity, focus, numbers, effects, suggestion } = claim as Record<string, unknown>;
  if (typeof text !== "string" || text === "") return `text is ${show(text)}: expected what changed`;
  return (
    unless(expects, verdicts, "expects") ??
    (atMost === undefined ? undefined : unless(atMost, verdicts, "atMost")) ??
    (severity === undefined ? undefined : unless(severity, severities, "severity")) ??
    unlessList(
      focus,
      "focus",
      (each) => each === undefined || (isObject(each) && typeof each.cardinality === "string"),
    ) ??
    unlessList(numbers, "numbers", (each) => typeof each === "bigint") ??
    unlessList(effects, "effects", isEffect) ??
    (suggestion === undefined || typeof suggestion === "string" ? undefined : `suggestion is ${show(suggestion)}`)
  );
}

function isEffect(each: unknown): boolean {
  if (!isObject(each)) return false;
  const { surface, direction, verdict, witness } = each;
  const isWitness =
    witness === undefined ||
    (isObject(witness) && ["data", "written", "read"].every((key) => typeof witness[key] === "string"));
  return (
    isOneOf(surface, [...surfaces, ...languageSurfaces]) &&
    isOneOf(direction, directions) &&
    isOneOf(verdict, verdicts) &&
    isWitness
  );
}

function unless(value: unknown, values: readonly string[], name: string): string | undefined {
  return isOneOf(value, values) ? undefined : `${name} is ${show(value)}: expected ${values.join(", ")}`;
}

function unlessList(value: unknown, name: string, fits: (each: unknown) => boolean): string | undefined {
  if (value === undefined || (Array.isArray(value) && value.every(fits))) return undefined;
  return `${name} is not what a claim takes: see its type`;
}

function isOneOf(value: unknown, values: readonly string[]): boolean {
  return typeof value === "string" && values.includes(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
