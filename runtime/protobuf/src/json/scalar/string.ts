import { fail } from "../../error.js";
import { isWellFormed } from "../../wire/platform.js";
import { describeJson, type JsonValue } from "../value.js";
import { CONTROL, flawsOf, LONE, QUOTING } from "./flaws.js";

/**
 * The characters that JSON escapes (RFC 8259, section 7), and surrogates: a lone one is rejected. The engine compares
 * with the ranges of all others in 0.8 to 0.9 of the time (bench: order).
 */
const SPECIAL = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/** From this length on, scanning the whole text takes a third of the time of JSON.stringify (bench: strings). */
const LONG = 48;

/** The quoted JSON text of a string; fails if it has a lone surrogate. */
export function writeString(v: string): string {
  if (typeof v !== "string") wrong(v);
  return SPECIAL.test(v) ? writeSpecial(v) : `"${v}"`;
}

/** The JSON text of a string without its quotes; fails if it has a lone surrogate. */
export function escapeString(v: string): string {
  if (typeof v !== "string") wrong(v);
  return SPECIAL.test(v) ? writeSpecial(v).slice(1, -1) : v;
}

/** The JSON text of a map key with its colon, preceded by a comma unless the index is 0. */
export function writeKey(v: string, index: number): string {
  if (SPECIAL.test(v)) return `${index > 0 ? "," : ""}${writeString(v)}:`;
  return `${index > 0 ? ',"' : '"'}${v}":`;
}

/** Reads a string; fails if it has a lone surrogate. Also used for map keys of type string. */
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
