// Reads JSON text straight into messages, without the tree of JSON.parse, which would take most of the time. Generated
// `parseJson` functions call these. They understand what serializers write, and nothing else: on anything unexpected
// (an error, an unknown key, an extension, a duplicate key) they give up, and the caller starts over with the tree
// reader, which has the last word and explains what is wrong.
import { allocate, hasFastUtf16, utf16Slice, utf16Write } from "../../wire/platform.js";
import type { JsonReadContext } from "../context.js";
import { isCompactBase64, readBytes } from "../scalar/bytes.js";
import { type EnumJson, readEnum } from "../scalar/enum.js";
import { CONTROL, classes, flawsOf, LONE, needClasses } from "../scalar/flaws.js";
import { readInt64, readUint64 } from "../scalar/int64.js";
import { isBeyond, readDouble, readFloat, readInt32, readUint32 } from "../scalar/number.js";
import { powersOfTen, SPLITTER } from "../scalar/powers-of-ten.js";
import { readString } from "../scalar/string.js";
import type { JsonFields } from "../tree/fields.js";
import type { JsonValue } from "../value.js";
import { parseJson } from "./tree-of-text.js";

const SPACE = 32;
const QUOTE = 34;
const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const LETTER_N = 110;
const ZERO = 48;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Buffers for texts of up to this many code units are kept for the next text. */
const KEPT_UNITS = 1 << 17;
/** Longer texts are left to the tree reader. */
const MAX_UNITS = 1 << 27;

let kept: Uint16Array = new Uint16Array(0);
let keptBytes: Uint8Array = new Uint8Array(kept.buffer);
let isBusy = false;

let text = "";
/** The code units of the text, terminated by a zero. Reading one takes a fraction of the time of charCodeAt. */
let units: Uint16Array = kept;
let bytes: Uint8Array = keptBytes;
/** The cursor: the start of the next value, or of what follows a value. */
let at = 0;

const GIVE_UP: object = { message: "left to the reader of trees" };

/** Gives up reading text: the tree reader takes over. */
export function giveUp(): never {
  throw GIVE_UP;
}

/** Reads the message, which must be all of the text that parseText has started; may give up. */
export type ParseJson<M> = (m: M, o: JsonReadContext) => M;

/**
 * Reads the message from the text, and returns whether that was all of it. If not, or if the reader gave up, discard
 * the message.
 */
export function parseText<M>(json: string, parse: ParseJson<M>, message: M, o: JsonReadContext): boolean {
  if (utf16Write === undefined || isBusy || typeof json !== "string" || json.length >= MAX_UNITS) return false;
  if (!hasFastUtf16 && hasLongStrings(json)) return false;
  isBusy = true;
  try {
    begin(json, utf16Write);
    parse(message, o);
    return skipSpace(at) === json.length;
  } catch {
    return false;
  } finally {
    text = window = "";
    units = kept;
    bytes = keptBytes;
    isBusy = false;
  }
}

/** Shorter texts are not examined. */
const SAMPLE_UNITS = 1024;
const SAMPLE_QUOTES = 64;

/**
 * Whether quotes are far apart in the text. If they are, and the engine cannot copy code units fast, the tree reader is
 * faster.
 */
function hasLongStrings(json: string): boolean {
  if (json.length < SAMPLE_UNITS) return false;
  let p = 0;
  for (let quotes = 0; quotes < SAMPLE_QUOTES; quotes++) {
    p = json.indexOf('"', p + 1);
    if (p < 0) return json.length > quotes * SHORT_STRING;
  }
  return p > SAMPLE_QUOTES * SHORT_STRING;
}

function begin(json: string, write: NonNullable<typeof utf16Write>): void {
  const n = json.length;
  needClasses();
  if (n < KEPT_UNITS) {
    if (n >= kept.length) keep(n);
    units = kept;
    bytes = keptBytes;
  } else {
    bytes = allocate((n + 1) * 2);
    units = new Uint16Array(bytes.buffer);
  }
  write.call(bytes, json, 0, n * 2);
  units[n] = 0;
  text = json;
  window = n <= WINDOW_UNITS ? json : "";
  windowStart = 0;
  windowEnd = window.length;
  backslash = -1;
  soundEnd = 0;
  at = skipSpace(0);
}

function keep(n: number): void {
  let size = 4096;
  while (size <= n) size *= 2;
  kept = new Uint16Array(size);
  keptBytes = new Uint8Array(kept.buffer);
}

function skipSpace(p: number): number {
  const u = units;
  for (let c = u[p]!; c === SPACE || c === 10 || c === 13 || c === 9; c = u[p]!) p++;
  return p;
}

// A substring keeps the whole string in memory, so strings are cut from windows of bounded size.

const WINDOW_UNITS = 4096;
let window = "";
let windowStart = 0;
let windowEnd = 0;

/** The text from a to b. */
function take(a: number, b: number): string {
  if (a >= windowStart && b <= windowEnd) return window.substring(a - windowStart, b - windowStart);
  if (b - a >= WINDOW_UNITS / 4) return utf16Slice.call(bytes, a * 2, b * 2);
  // Little may come between one long string and the next.
  const size = a - windowEnd < WINDOW_UNITS / 8 ? WINDOW_UNITS : WINDOW_UNITS / 8;
  windowStart = a;
  windowEnd = Math.min(Math.max(a + size, b), text.length);
  window = utf16Slice.call(bytes, a * 2, windowEnd * 2);
  return window.substring(0, b - a);
}

/** Steps into an object. Returns false if it is empty; the cursor is then after it. */
export function openObject(): boolean {
  return open(OPEN_OBJECT, CLOSE_OBJECT);
}

/** After a member: steps to the next one and returns true, or steps out of the object and returns false. */
export function nextMember(): boolean {
  return next(CLOSE_OBJECT);
}

/** Steps into an array. Returns false if it is empty; the cursor is then after it. */
export function openArray(): boolean {
  return open(OPEN_ARRAY, CLOSE_ARRAY);
}

/** After an item: steps to the next one and returns true, or steps out of the array and returns false. */
export function nextItem(): boolean {
  return next(CLOSE_ARRAY);
}

function open(first: number, last: number): boolean {
  if (units[at] !== first) giveUp();
  const p = skipSpace(at + 1);
  if (units[p] !== last) {
    at = p;
    return true;
  }
  at = p + 1;
  return false;
}

function next(last: number): boolean {
  const p = skipSpace(at);
  const c = units[p];
  if (c === COMMA) {
    at = skipSpace(p + 1);
    return true;
  }
  if (c !== last) giveUp();
  at = p + 1;
  return false;
}

/** Whether the next value is null; if so, steps over it. */
export function skipNull(): boolean {
  const u = units;
  if (u[at] !== LETTER_N) return false;
  if (u[at + 1] !== 117 || u[at + 2] !== 108 || u[at + 3] !== 108) giveUp();
  at += 4;
  return true;
}

/** How many fields after the last one are tried before looking up the key. */
const LIKELY_KEYS = 8;

/** Reads a key and its colon, and returns the index of the field; `last` is the index of the previous field, or -1. */
export function parseKey(fields: JsonFields, last: number): number {
  const u = units;
  if (u[at] !== QUOTE) giveUp();
  if (fields.units === undefined) index(fields);
  const k = fields.units!;
  const starts = fields.starts!;
  const end = Math.min(last + 1 + LIKELY_KEYS, starts.length);
  for (let i = last + 1; i < end; i++) {
    let s = starts[i]!;
    for (let p = at + 1; u[p] === k[s]; p++, s++) {
      if (k[s] !== QUOTE) continue;
      skipColon(p + 1);
      return i;
    }
  }
  return fields.table.names.get(parseMapKey())?.index ?? giveUp();
}

function index(fields: JsonFields): void {
  const names = fields.table.fields.map(({ jsonName }) => jsonName);
  const joined = `${names.join('"')}"`;
  fields.units = Uint16Array.from(joined, (_, i) => joined.charCodeAt(i));
  let start = 0;
  fields.starts = Uint16Array.from(names, (name) => {
    start += name.length + 1;
    return start - name.length - 1;
  });
}

function skipColon(p: number): void {
  p = skipSpace(p);
  if (units[p] !== COLON) giveUp();
  at = skipSpace(p + 1);
}

/** Marks the field with this index (at most 31) as seen; gives up if it was seen before. */
export function once(met: number, index: number): number {
  const bit = 1 << index;
  if ((met & bit) !== 0) giveUp();
  return met | bit;
}

/** The same for messages of more fields, with a byte for each. */
export function onceOfMany(met: Uint8Array, index: number): void {
  if (met[index] !== 0) giveUp();
  met[index] = 1;
}

/** Gives up if another field of the oneof was set before. */
export function onlyMember(oneof: { readonly case: string | undefined }): void {
  if (oneof.case !== undefined) giveUp();
}

/** Reads the key of a map entry and its colon. */
export function parseMapKey(): string {
  const key = parseString();
  skipColon(at);
  return key;
}

/** Checks that the map does not have the key yet. */
export function newKey<K extends string | number>(map: object, key: K): K {
  return Object.hasOwn(map, key) ? giveUp() : key;
}

/**
 * Beyond this many code units, the engine looks for the end of a string; it compares many at a time (bench: maps,
 * otlp).
 */
const SHORT_STRING = 64;

/** Reads a string. */
export function parseString(): string {
  const u = units;
  if (u[at] !== QUOTE) giveUp();
  const start = at + 1;
  const limit = start + SHORT_STRING;
  let p = start;
  while (classes[u[p]!] === 0 && p < limit) p++; // a table: one comparison instead of four (bench: order, xds)
  if (u[p] !== QUOTE) return parseSpecial(start, p);
  at = p + 1;
  return take(start, p);
}

/** Reads a string that is long, or has an escape or a surrogate. */
function parseSpecial(start: number, p: number): string {
  let end = text.indexOf('"', p);
  const hasEscape = end > nextBackslash(p);
  if (hasEscape) end = closingQuote(p - 1);
  if (end < 0) giveUp();
  at = end + 1;
  // The engine's parser rejects control characters, and returns a copy.
  if (hasEscape || !hasFastUtf16) return readString(JSON.parse(text.substring(start - 1, end + 1)) as string);
  if (end > soundEnd && !isSound(p, end)) giveUp();
  return take(start, end);
}

/** Before this position, strings have no control characters and no lone surrogates. */
let soundEnd = 0;

/**
 * A string of this many code units seldom comes alone, so the text after it is checked along with it (bench: strings,
 * but not otlp).
 */
const LONG_STRING = 256;

/** Whether this part of a string has no control character and no lone surrogate. */
function isSound(p: number, end: number): boolean {
  const ahead = end - p < LONG_STRING ? end : Math.min(end + 8 * (end - p), text.length);
  if (hasFlaw(p, ahead)) return ahead !== end && !hasFlaw(p, end);
  soundEnd = ahead;
  return true;
}

function hasFlaw(start: number, end: number): boolean {
  return (flawsOf(text.substring(start, end)) & (CONTROL | LONE)) !== 0;
}

/** The position of the next backslash, searched once for all strings before it. */
function nextBackslash(p: number): number {
  if (backslash < p) {
    backslash = text.indexOf("\\", p);
    if (backslash < 0) backslash = MAX_UNITS;
  }
  return backslash;
}

let backslash = -1;

/** Reads a bool. */
export function parseBool(): boolean {
  const u = units;
  const p = at;
  if (u[p] === 116 && u[p + 1] === 114 && u[p + 2] === 117 && u[p + 3] === 101) {
    at = p + 4;
    return true;
  }
  if (u[p] !== 102 || u[p + 1] !== 97 || u[p + 2] !== 108 || u[p + 3] !== 115 || u[p + 4] !== 101) giveUp();
  at = p + 5;
  return false;
}

/** Reads an int32, sint32 or sfixed32. */
export function parseInt32(): number {
  const p = at;
  const n = parseDigits(p);
  if (n === (n | 0)) return n;
  at = p;
  return readInt32(parseScalar());
}

/** Reads a uint32 or fixed32. */
export function parseUint32(): number {
  const p = at;
  const n = parseDigits(p);
  if (n === n >>> 0) return n;
  at = p;
  return readUint32(parseScalar());
}

/** Reads digits without fraction, exponent or quotes; exact for 32-bit numbers. NaN for anything else. */
function parseDigits(p: number): number {
  const u = units;
  const isNegative = u[p] === MINUS;
  const start = isNegative ? p + 1 : p;
  let end = start;
  let n = 0;
  let digit = u[end]! - ZERO;
  for (; digit >= 0 && digit <= 9; digit = u[++end]! - ZERO) n = n * 10 + digit;
  const isZero = u[start] === ZERO;
  const c = u[end];
  if (end === start || (isZero && (end > start + 1 || isNegative)) || c === POINT || isExponent(c!)) return Number.NaN;
  at = end;
  return isNegative ? -n : n;
}

function isExponent(c: number): boolean {
  return (c | 32) === 101;
}

/** Reads an array of int32, sint32 or sfixed32 into a list. */
export function parseInt32s(list: number[]): void {
  parseIntegers(list, true);
}

/** Reads an array of uint32 or fixed32 into a list. */
export function parseUint32s(list: number[]): void {
  parseIntegers(list, false);
}

function parseIntegers(list: number[], areSigned: boolean): void {
  if (!openArray()) return;
  const u = units;
  do {
    // First short numbers without a sign and followed by a comma; then any number.
    let p = at;
    let digit = u[p]! - ZERO;
    while (digit >= 0 && digit <= 9) {
      let n = digit;
      let end = p + 1;
      if (n > 0) {
        for (digit = u[end]! - ZERO; digit >= 0 && digit <= 9; digit = u[++end]! - ZERO) n = Math.imul(n, 10) + digit;
      }
      if (u[end] !== COMMA || end - p > HALF_DIGITS) break;
      list.push(n);
      p = skipSpace(end + 1);
      digit = u[p]! - ZERO;
    }
    at = p;
    list.push(areSigned ? parseInt32() : parseUint32());
  } while (nextItem());
}

/** Reads a float. */
// biome-ignore lint/suspicious/noShadowRestrictedNames: named as its siblings are; generated code calls it jsonParseFloat
export function parseFloat(): number {
  return readFloat(parseScalar());
}

/** Reads a double. */
export function parseDouble(): number {
  return units[at] === QUOTE ? readDouble(parseString()) : parseNumber();
}

/** Reads an array of doubles into a list. */
export function parseDoubles(list: number[]): void {
  parseReals(list, false);
}

/** Reads an array of floats into a list. */
export function parseFloats(list: number[]): void {
  parseReals(list, true);
}

function parseReals(list: number[], areFloats: boolean): void {
  if (!openArray()) return;
  do {
    if (units[at] === QUOTE) real[0] = readDouble(parseString());
    else at = scanNumber(at);
    const v = real[0]!;
    const rounded = areFloats ? Math.fround(v) : v;
    if (isBeyond(rounded, v)) giveUp();
    list.push(rounded);
  } while (nextItem());
}

function parseScalar(): number | string {
  return units[at] === QUOTE ? parseString() : parseNumber();
}

/** Reads a number (RFC 8259, section 6) as the nearest double; gives up on infinity. */
function parseNumber(): number {
  at = scanNumber(at);
  return real[0]!;
}

/** The result of scanNumber. Returning a double from a function would allocate. */
const real: Float64Array = /* @__PURE__ */ new Float64Array(1);

/** Numbers of this many digits are below 2^32; numbers of twice as many are in the range of int64 and uint64. */
const HALF_DIGITS = 9;

/** Reads the number at p and returns where it ends. */
function scanNumber(p: number): number {
  const u = units;
  const isNegative = u[p] === MINUS;
  const start = isNegative ? p + 1 : p;
  let end = start;
  let half = start + HALF_DIGITS;
  let high = 0;
  let low = 0;
  let digit = u[end]! - ZERO;
  for (; digit >= 0 && digit <= 9; digit = u[++end]! - ZERO) {
    if (end === half) {
      high = low;
      low = 0;
    }
    low = Math.imul(low, 10) + digit;
  }
  let count = end - start;
  if (count === 0 || (u[start] === ZERO && count > 1)) giveUp();
  let fraction = 0;
  if (u[end] === POINT) {
    const first = ++end;
    if (count <= HALF_DIGITS) half++;
    for (digit = u[end]! - ZERO; digit >= 0 && digit <= 9; digit = u[++end]! - ZERO) {
      if (end === half) {
        high = low;
        low = 0;
      }
      low = Math.imul(low, 10) + digit;
    }
    fraction = end - first;
    if (fraction === 0) giveUp();
    count += fraction;
  }
  if (count > 2 * HALF_DIGITS || isExponent(u[end]!)) return scanLongNumber(p, end);
  const power = powersOfTen[fraction]!;
  const scaled = count > HALF_DIGITS ? high * powersOfTen[count - HALF_DIGITS]! : 0; // exact: less than 2^30 · 5^9 · 2^9
  const n = scaled + low;
  const v = n < MAX_EXACT ? n / power : divide(n, scaled - n + low, power);
  if (v < 0) return scanLongNumber(p, end);
  real[0] = isNegative ? -v : v;
  return end;
}

const MAX_EXACT = 2 ** 53;

/**
 * (n + rest) / power as the nearest double, where rest is the rounding error of n, which exceeds 2^53. The engine takes
 * three times as long to read as many digits (bench: double, float). Negative if the value is too close to halfway
 * between two doubles.
 */
function divide(n: number, rest: number, power: number): number {
  const quotient = n / power;
  const product = quotient * power;
  // The error of the product: Dekker, "A floating-point technique for extending the available precision".
  const s = quotient * SPLITTER;
  const quotientHigh = s - (s - quotient);
  const quotientLow = quotient - quotientHigh;
  const t = power * SPLITTER;
  const powerHigh = t - (t - power);
  const powerLow = power - powerHigh;
  const error =
    quotientHigh * powerHigh - product + quotientHigh * powerLow + quotientLow * powerHigh + quotientLow * powerLow;
  const correction = (n - product - error + rest) / power;
  const doubt = quotient * 2 ** -90;
  const v = quotient + (correction - doubt);
  return v === quotient + (correction + doubt) ? v : -1;
}

/** Reads a number at p that has many digits, or an exponent at `end`. */
function scanLongNumber(p: number, end: number): number {
  const u = units;
  if (isExponent(u[end]!)) {
    end++;
    if (u[end] === PLUS || u[end] === MINUS) end++;
    const first = end;
    for (let digit = u[end]! - ZERO; digit >= 0 && digit <= 9; digit = u[++end]! - ZERO);
    if (end === first) giveUp();
  }
  const v = Number(take(p, end));
  real[0] = v;
  return v - v === 0 ? end : giveUp();
}

/** Reads an int64, sint64 or sfixed64. */
export function parseInt64(): bigint {
  return parseQuotedDigits(true) ?? readInt64(parseInteger());
}

/** Reads a uint64 or fixed64. */
export function parseUint64(): bigint {
  return parseQuotedDigits(false) ?? readUint64(parseInteger());
}

/** A number with all of its digits, where a double may not hold them. */
function parseInteger(): number | string {
  const start = at;
  const v = parseScalar();
  return at - start > SAFE_DIGITS && typeof v === "number" ? take(start, at) : v;
}

/** An integer of so many digits is a double. */
const SAFE_DIGITS = 15;

const TWO_32 = 2 ** 32;

const halves: Int32Array = /* @__PURE__ */ new Int32Array(2); // the low half first: utf16Write is there only on such machines
const long: BigInt64Array = /* @__PURE__ */ new BigInt64Array(halves.buffer);
const unsignedLong: BigUint64Array = /* @__PURE__ */ new BigUint64Array(halves.buffer);

/** With 19 or more digits, a number that starts with these or higher ones may exceed int64. */
const HIGHEST_DIGITS = 922337203;

/** Reads a quoted integer with few enough digits; otherwise returns undefined and leaves the cursor. */
function parseQuotedDigits(signed: boolean): bigint | undefined {
  const u = units;
  if (u[at] !== QUOTE) return undefined;
  const isNegative = signed && u[at + 1] === MINUS;
  const start = isNegative ? at + 2 : at + 1;
  let p = start;
  let high = 0;
  let low = 0;
  let digit = u[p]! - ZERO;
  for (; digit >= 0 && digit <= 9 && p - start < 2 * HALF_DIGITS; digit = u[++p]! - ZERO) {
    if (p - start === HALF_DIGITS) {
      high = low;
      low = 0;
    }
    low = low * 10 + digit;
  }
  if (digit >= 0 && digit <= 9) {
    // One digit more, as times in nanoseconds have.
    if (signed && high >= HIGHEST_DIGITS) return undefined;
    low = low * 10 + digit;
    p++;
  }
  const count = p - start;
  if (u[p] !== QUOTE || count === 0) return undefined;
  at = p + 1;
  if (count <= HALF_DIGITS) return BigInt(isNegative ? -low : low);
  combine(high, powersOfTen[count - HALF_DIGITS]!, low, isNegative);
  return signed ? long[0]! : unsignedLong[0]!;
}

/** Sets the halves to high · factor + low, or its negative: high below 10^9, factor up to 10^10, low below 10^10. */
function combine(high: number, factor: number, low: number, isNegative: boolean): void {
  // By halves of 16 bits: no step exceeds 2^53.
  const upper = (high >>> 16) * factor;
  const lower = (high & 0xffff) * factor + low;
  const carry = Math.floor(upper / 0x10000);
  const sum = (upper - carry * 0x10000) * 0x10000 + lower;
  const lowHalf = (sum % TWO_32) | 0;
  const highHalf = (carry + Math.floor(sum / TWO_32)) | 0;
  halves[0] = isNegative ? -lowHalf : lowHalf;
  halves[1] = isNegative ? ~highHalf + (lowHalf === 0 ? 1 : 0) : highHalf;
}

/** Reads bytes in base64. */
export function parseBytes(): Uint8Array {
  if (units[at] !== QUOTE) giveUp();
  const end = text.indexOf('"', at + 1);
  const base64 = text.substring(at + 1, end); // base64 has no escapes but "\/", which readBytes refuses
  at = end + 1;
  const decoded = end < 0 ? giveUp() : readBytes(base64);
  return isCompactBase64(base64, decoded) ? decoded : giveUp(); // a line break in a string is no JSON
}

/** Reads an enum value. */
export function parseEnum(table: EnumJson, o: JsonReadContext): number {
  return readEnum(parseScalar(), table, o) ?? giveUp();
}

/** Reads a value other than null as a tree, for types with a JSON form of their own. */
export function parseTree(): JsonValue {
  return units[at] === LETTER_N ? giveUp() : parseValue();
}

/** Reads a value of any kind as a tree. */
export function parseValue(): JsonValue {
  const u = units;
  const start = at;
  let depth = 0;
  let p = start;
  do {
    const c = u[p]!;
    if (c === 0) giveUp();
    if (c === QUOTE) p = closingQuote(p);
    else if (c === OPEN_OBJECT || c === OPEN_ARRAY) depth++;
    else if (c === CLOSE_OBJECT || c === CLOSE_ARRAY) depth--;
    p++;
  } while (depth > 0 || !endsValue(u[p]!));
  at = p;
  return parseJson(text.substring(start, p));
}

function endsValue(c: number): boolean {
  return c <= SPACE || c === COMMA || c === CLOSE_OBJECT || c === CLOSE_ARRAY;
}

function closingQuote(p: number): number {
  const u = units;
  for (let c = u[++p]!; c !== QUOTE; c = u[++p]!) {
    if (c === 0) giveUp();
    if (c === BACKSLASH) p++;
  }
  return p;
}
