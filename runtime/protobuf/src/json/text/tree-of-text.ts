import { setEntry } from "../../codec/map.js";
import { fail } from "../../error.js";
import { parseDecimal } from "../scalar/int64.js";
import { describeJson, type JsonObject, type JsonValue } from "../value.js";

/** Parses JSON text. Fails on syntax errors and duplicate keys. */
export function parseJson(text: string): JsonValue {
  if (typeof text !== "string") fail(`expected JSON text, got ${describeJson(text)}`);
  let json: JsonValue;
  try {
    json = JSON.parse(text);
  } catch (e) {
    return fail(e instanceof Error ? e.message : String(e));
  }
  return mayHaveDuplicateKeys(text, json) || longNumber.test(text) ? exactTree(text) : json;
}

/** A number that may be an integer that no double holds: 2^53 has 16 digits. */
const longNumber = /(?:^|[[:,\s])-?\d[\d.eE+-]{15}/;

/**
 * The tree of valid JSON text with bigints for integers that no double holds, which number readers accept. Fails if an object
 * has a duplicate key. Not recursive, like JSON.parse.
 */
function exactTree(text: string): JsonValue {
  const root: JsonValue[] = [];
  const around: (JsonObject | JsonValue[])[] = [];
  let inner: JsonObject | JsonValue[] = root;
  let key: string | undefined;
  forTokens(text, (token) => {
    if ("]}".includes(token)) {
      inner = around.pop()!;
    } else if (!",:".includes(token)) {
      const isOpen = "[{".includes(token);
      const value = isOpen ? (token === "[" ? [] : {}) : exactValue(token);
      if (Array.isArray(inner)) {
        inner.push(value);
      } else if (key === undefined) {
        key = value as string;
        if (Object.hasOwn(inner, key)) fail(`duplicate object key ${describeJson(key)}`);
      } else {
        setEntry(inner, key, value);
        key = undefined;
      }
      if (isOpen) {
        around.push(inner);
        inner = value as JsonObject | JsonValue[];
      }
    }
  });
  return root[0]!;
}

function exactValue(token: string): JsonValue {
  const v = JSON.parse(token) as JsonValue;
  const exact = typeof v === "number" && Math.abs(v) > Number.MAX_SAFE_INTEGER ? parseDecimal(token) : undefined;
  return exact === undefined || exact === BigInt(v as number) ? v : (exact as unknown as JsonValue);
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

/** What is between strings: a mark, a number or literal, or white space. */
const betweenStrings = /[[\]{}:,]|[^[\]{}:,"\s]+|\s+/y;

/** Visits each mark, string, number and literal of valid JSON text. */
function forTokens(text: string, visit: (token: string) => void): void {
  for (let start = 0, end = 0; start < text.length; start = end) {
    betweenStrings.lastIndex = start;
    end = betweenStrings.test(text) ? betweenStrings.lastIndex : closingQuote(text, start) + 1;
    const token = text.slice(start, end);
    if (token.trim() !== "") visit(token);
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
  while (text[start - 1] === "\\") start--;
  return ((at - start) & 1) === 1;
}

const MAX_INDENT = 10;

/** Indents JSON text as JSON.stringify would, without JSON.parse. */
export function indentJson(text: string, spaces: number): string {
  const unit = " ".repeat(Math.max(0, Math.min(MAX_INDENT, Math.floor(spaces))));
  if (unit === "") return text;
  let indented = "";
  let line = "\n";
  let last = ":";
  forTokens(text, (token) => {
    const isClose = "]}".includes(token);
    if (isClose) line = line.slice(0, -unit.length);
    if (last === "," || isClose !== "[{".includes(last)) indented += line;
    if ("[{".includes(token)) line += unit;
    indented += token === ":" ? ": " : token;
    last = token;
  });
  return indented;
}
