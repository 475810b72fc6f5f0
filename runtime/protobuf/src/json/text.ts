import { fail } from "../error.js";
import { describeJson, type JsonValue } from "./value.js";

/** Parses JSON text. Fails on a syntax error, and on an object with the same key twice. */
export function parseJson(text: string): JsonValue {
  let json: JsonValue;
  try {
    json = JSON.parse(text);
  } catch (e) {
    return fail(e instanceof Error ? e.message : String(e));
  }
  checkDuplicateKeys(text);
  return json;
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Fails when an object has a key twice, of which JSON.parse keeps the last. The text is known to be valid JSON. */
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

/** Whether an odd number of backslashes stands before the position. */
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

/** Indents JSON text that has no white space, as JSON.stringify does, without going through JSON.parse. */
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
