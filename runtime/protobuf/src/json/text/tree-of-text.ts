import { isTooDeep } from "../../codec/decode.js";
import { fail } from "../../error.js";
import { parseDecimal } from "../scalar/int64.js";
import { describeJson, type JsonValue } from "../value.js";

/** Parses JSON text. Fails on syntax errors and duplicate keys. */
export function parseJson(text: string): JsonValue {
  if (typeof text !== "string") fail(`expected JSON text, got ${describeJson(text)}`);
  let json: JsonValue;
  try {
    json = JSON.parse(text);
  } catch (e) {
    return fail(e instanceof Error ? e.message : String(e));
  }
  if (mayHaveDuplicateKeys(text, json)) checkDuplicateKeys(text);
  return longNumber.test(text) ? exactTree(text, json) : json;
}

/** A number that may be an integer that no double holds: 2^53 has 16 digits. */
const longNumber = /(?:^|[[:,\s])-?\d[\d.eE+-]{15}/;

/** A string, or such a number. */
const stringOrLong = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]{15,}/g;

/**
 * The tree with bigints for such integers, which number readers accept; without them if it is very deep. They are
 * parsed as strings that begin with more zero characters than any other in the text, which has one spelling for them.
 */
function exactTree(text: string, rounded: JsonValue): JsonValue {
  const longest = (text.match(/(?:\\u0000)+/g) ?? []).reduce((n, zeros) => Math.max(n, zeros.length / 6), 0);
  const mark = "\\u0000".repeat(longest + 1);
  const marked = text.replace(stringOrLong, (token) => (isRounded(token) ? `"${mark}${token}"` : token));
  try {
    return JSON.parse(marked, (_, v) =>
      typeof v === "string" && v.startsWith("\0".repeat(longest + 1)) ? parseDecimal(v.slice(longest + 1)) : v,
    ) as JsonValue;
  } catch (e) {
    if (isTooDeep(e)) return rounded;
    throw e;
  }
}

/** Whether it is an integer that no double holds. */
function isRounded(token: string): boolean {
  const v = Number(token);
  const exact = Math.abs(v) > Number.MAX_SAFE_INTEGER ? parseDecimal(token) : undefined;
  return exact !== undefined && exact !== BigInt(v);
}

/**
 * Whether an object may have a duplicate key, of which JSON.parse keeps only the last. Each member has one colon in the
 * text, so if the tree accounts for all colons, in members or within strings, nothing was dropped. This takes a quarter
 * of the time of checkDuplicateKeys, which is as slow as JSON.parse. An escaped colon is in the tree but not in the
 * text.
 */
function mayHaveDuplicateKeys(text: string, json: JsonValue): boolean {
  return text.includes("\\u003") || countColons(text) !== countMemberColons(json);
}

function countColons(text: string): number {
  let n = 0;
  for (let i = text.indexOf(":"); i >= 0; i = text.indexOf(":", i + 1)) n++;
  return n;
}

/** Not recursive, because JSON.parse accepts any depth. */
function countMemberColons(json: JsonValue): number {
  let n = 0;
  const open = [json];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === "string") {
      n += countColons(value);
    } else if (Array.isArray(value)) {
      for (const item of value) {
        if (typeof item === "string") n += countColons(item);
        else if (typeof item === "object") open.push(item);
      }
    } else if (typeof value === "object" && value !== null) {
      for (const key in value) {
        n += 1 + countColons(key);
        const item = value[key]!;
        if (typeof item === "string") n += countColons(item);
        else if (typeof item === "object") open.push(item);
      }
    }
  }
  return n;
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Fails if an object has a duplicate key. The text must be valid JSON. */
function checkDuplicateKeys(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let keys: Set<string> | undefined;
  let expectKey = false;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE: {
        const end = closingQuote(text, i);
        if (expectKey && keys !== undefined) {
          addKey(keys, text.slice(i + 1, end));
          expectKey = false;
        }
        i = end;
        break;
      }
      case COMMA:
        expectKey = keys !== undefined;
        break;
      case OPEN_OBJECT:
        open.push(keys);
        keys = new Set();
        expectKey = true;
        break;
      case OPEN_ARRAY:
        open.push(keys);
        keys = undefined;
        expectKey = false;
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        keys = open.pop();
        break;
    }
  }
}

function closingQuote(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

/** Whether an odd number of backslashes precedes the position. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text.charCodeAt(start - 1) === BACKSLASH) start--;
  return ((at - start) & 1) === 1;
}

function addKey(keys: Set<string>, raw: string): void {
  const key = raw.includes("\\") ? (JSON.parse(`"${raw}"`) as string) : raw;
  if (keys.has(key)) fail(`duplicate object key ${describeJson(key)}`);
  keys.add(key);
}

const MAX_INDENT = 10;

/** Indents JSON text without white space as JSON.stringify would, without JSON.parse. */
export function indentJson(text: string, spaces: number): string {
  const unit = " ".repeat(Math.max(0, Math.min(MAX_INDENT, Math.floor(spaces))));
  if (unit === "") return text;
  let indented = "";
  let line = "\n";
  let done = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = closingQuote(text, i);
        break;
      case COLON:
        indented += `${text.slice(done, i + 1)} `;
        done = i + 1;
        break;
      case COMMA:
        indented += text.slice(done, i + 1) + line;
        done = i + 1;
        break;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if (isClose(text.charCodeAt(i + 1))) {
          i++;
          break;
        }
        line += unit;
        indented += text.slice(done, i + 1) + line;
        done = i + 1;
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        line = line.slice(0, -unit.length);
        indented += text.slice(done, i) + line;
        done = i;
        break;
    }
  }
  return indented + text.slice(done);
}

function isClose(code: number): boolean {
  return code === CLOSE_OBJECT || code === CLOSE_ARRAY;
}
