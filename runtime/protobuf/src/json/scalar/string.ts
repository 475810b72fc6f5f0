import { fail } from "../../error.js";
import { isWellFormed } from "../../wire/platform.js";
import { describeJson, type JsonValue } from "../value.js";
import { CONTROL, flawsOf, LONE, QUOTING } from "./flaws.js";

/** What JSON escapes, and the surrogates, of which a lone one is refused. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259, section 7: these are what must be escaped
const SPECIAL = /["\\\u0000-\u001f\ud800-\udfff]/;

/** From this length on, to look at all of a text takes a third of the time of JSON.stringify (bench: strings). */
const LONG = 48;

/** The JSON text, quoted, of a string; fails when it has a lone surrogate. */
export function writeString(v: string): string {
  if (typeof v !== "string") wrong(v);
  return SPECIAL.test(v) ? writeSpecial(v) : `"${v}"`;
}

/** The JSON text of a key of a map with its colon, and with a comma in front unless its index is 0. */
export function writeKey(v: string, index: number): string {
  if (SPECIAL.test(v)) return `${index > 0 ? "," : ""}${writeString(v)}:`;
  return `${index > 0 ? ',"' : '"'}${v}":`;
}

/** A string; fails when it has a lone surrogate. Map keys of type string go through here as well. */
export function readString(v: JsonValue): string {
  if (typeof v !== "string") return wrong(v);
  return isWellFormed(v) ? v : notWellFormed();
}

function writeSpecial(v: string): string {
  if (v.length >= LONG && (flawsOf(v) & (CONTROL | LONE | QUOTING)) === 0) return `"${v}"`;
  return isWellFormed(v) ? JSON.stringify(v) : notWellFormed();
}

function wrong(v: unknown): never {
  return fail(`expected string, got ${describeJson(v)}`);
}

function notWellFormed(): never {
  return fail("expected well-formed text, got a lone surrogate");
}
