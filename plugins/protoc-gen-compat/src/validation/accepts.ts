import { isIP } from "node:net";
import type { DescEnum } from "@bufbuild/protobuf";
import { RE2JS } from "@bufbuild/re2";
import { type Rules, type RuleValue, sameRules } from "./rules-of.js";
import { type Example, type Subject, someMessage } from "./subject.js";

/** A rule that refuses the value, or undefined if none does. */
export type Refusal = string | undefined;

/** The first rule that refuses a value of a field. Rules that only their owner can evaluate are passed over. */
export function refusalOf(rules: Rules | undefined, subject: Subject, value: Example): Refusal {
  if (rules === undefined) return undefined;
  const { ignore, required } = rules;
  const isUnset = value === undefined || (!subject.hasPresence && isZero(value));
  if (ignore === IGNORE_ALWAYS) return undefined;
  const isRequired = required === true || Object.values(rules).some((each) => asRules(each).required === true);
  if (isUnset && isRequired) return "required";
  if (value === undefined && subject.hasPresence) return undefined;
  if (isZero(value) && (ignore === IGNORE_IF_ZERO || ignore === IGNORE_IF_DEFAULT)) return undefined;
  return refusalByKind(rules, subject, value ?? subject.zero);
}

const IGNORE_IF_ZERO = 1;
const IGNORE_IF_DEFAULT = 2; // before protovalidate 1.0
const IGNORE_ALWAYS = 3;

/** The rules of the value's kind, as `string` in { string: { min_len } }. */
function refusalByKind(rules: Rules, subject: Subject, value: Example): Refusal {
  for (const [kind, given] of Object.entries(rules)) {
    const own = asRules(given);
    if (kind === "message" || typeof given !== "object" || Array.isArray(given)) continue;
    if (own.ignore_empty === true && isZero(value)) continue;
    const refused = refusalIn(kind, own, subject, value);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function refusalIn(kind: string, rules: Rules, subject: Subject, value: Example): Refusal {
  if (kind === "repeated" || kind === "map") return refusalOfMany(kind, rules, subject, value);
  if (value === someMessage || value === undefined) return undefined;
  if (isOutOfRange(rules, value)) return `${kind}.${Object.keys(rules).find((name) => bounds.includes(name))}`;
  for (const [name, limit] of Object.entries(rules)) {
    const check = checks[name];
    if (check !== undefined && !check(limit, value, subject)) return `${kind}.${name}`;
  }
  return undefined;
}

function refusalOfMany(kind: string, rules: Rules, subject: Subject, value: Example): Refusal {
  const items: [Example, Example][] =
    value instanceof Map ? [...value] : ((value ?? []) as readonly Example[]).map((each) => [each, each]);
  const size = BigInt(items.length);
  const { min_items, max_items, min_pairs, max_pairs, unique } = rules;
  if (size < ((min_items ?? min_pairs ?? 0n) as bigint)) return `${kind}.${kind === "map" ? "min_pairs" : "min_items"}`;
  const most = max_items ?? max_pairs;
  if (most !== undefined && size > (most as bigint)) return `${kind}.${kind === "map" ? "max_pairs" : "max_items"}`;
  if (unique === true && new Set(items.map(([, each]) => String(each))).size < items.length) return `${kind}.unique`;
  for (const [key, each] of items) {
    const refused =
      refusalOf(asRulesOrNone(rules.keys), subject.key ?? subject, key) ??
      refusalOf(asRulesOrNone(rules.items ?? rules.values), subject.item ?? subject, each);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

const bounds = ["gt", "gte", "lt", "lte"];

/** Both bounds together: a lower one above the upper one excludes what is between them. */
function isOutOfRange({ gt, gte, lt, lte }: Rules, value: Example): boolean {
  const [low, high] = [gt ?? gte, lt ?? lte];
  if (low === undefined && high === undefined) return false;
  const number = value as number | bigint;
  if (Number.isNaN(number)) return true;
  const isAbove = low === undefined || (gt !== undefined ? number > (low as bigint) : number >= (low as bigint));
  const isBelow = high === undefined || (lt !== undefined ? number < (high as bigint) : number <= (high as bigint));
  const isExcluding = low !== undefined && high !== undefined && low > high;
  return isExcluding ? !isAbove && !isBelow : !isAbove || !isBelow;
}

type Check = (limit: RuleValue, value: Example, subject: Subject) => boolean;

const characters = (value: Example): bigint =>
  typeof value === "string" ? BigInt([...value].length) : BigInt((value as Uint8Array).length);
const octets = (value: Example): bigint => BigInt(Buffer.from(value as string).length);
const isIn = (list: RuleValue, value: Example): boolean =>
  (list as readonly RuleValue[]).some((each) => equals(each, value));
const matching =
  (test: (text: string) => boolean): Check =>
  (isWanted, value) =>
    isWanted !== true || test(String(value));

/** Rules of scalars, enums, durations, times and Any, by name: the same in both languages of rules. */
const checks: Readonly<Record<string, Check>> = {
  const: equals,
  in: (list, value) => (list as readonly RuleValue[]).length === 0 || isIn(list, value),
  not_in: (list, value) => !isIn(list, value),
  finite: (isWanted, value) => isWanted !== true || Number.isFinite(value),
  len: (limit, value) => characters(value) === limit,
  min_len: (limit, value) => characters(value) >= (limit as bigint),
  max_len: (limit, value) => characters(value) <= (limit as bigint),
  len_bytes: (limit, value) => octets(value) === limit,
  min_bytes: (limit, value) => octets(value) >= (limit as bigint),
  max_bytes: (limit, value) => octets(value) <= (limit as bigint),
  pattern: (limit, value) => patternOf(String(limit))?.test(textOf(value)) ?? true,
  prefix: (limit, value) => textOf(value).startsWith(textOf(limit as Example)),
  suffix: (limit, value) => textOf(value).endsWith(textOf(limit as Example)),
  contains: (limit, value) => textOf(value).includes(textOf(limit as Example)),
  not_contains: (limit, value) => !textOf(value).includes(textOf(limit as Example)),
  defined_only: (isWanted, value, { enum: type }) => isWanted !== true || isDefined(type, value),
  email: matching((text) => /^[\w.+-]+@[\w-]+(\.[\w-]+)*$/.test(text)),
  hostname: matching(isHostname),
  ip: (isWanted, value) => isWanted !== true || isAddress(value, [4, 6]),
  ipv4: (isWanted, value) => isWanted !== true || isAddress(value, [4]),
  ipv6: (isWanted, value) => isWanted !== true || isAddress(value, [6]),
  address: matching((text) => isHostname(text) || isIP(text) > 0),
  uri: matching((text) => /^[a-z][a-z0-9+.-]*:\S*$/i.test(text)),
  uri_ref: matching((text) => /^[^\s%\\^{}<>"]*$/.test(text)),
  uuid: matching((text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)),
  tuuid: matching((text) => /^[0-9a-f]{32}$/i.test(text)),
  ulid: matching((text) => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i.test(text)),
  host_and_port: matching((text) => /^[\w.-]+:\d{1,5}$/.test(text)),
  ip_with_prefixlen: matching((text) => isPrefix(text, [4, 6])),
  ipv4_with_prefixlen: matching((text) => isPrefix(text, [4])),
  ipv6_with_prefixlen: matching((text) => isPrefix(text, [6])),
};

/** Rules that are evaluated. The others, such as CEL, time of day and predefined rules, are only compared by their text. */
const evaluated = new Set([
  ...Object.keys(checks),
  ...bounds,
  ...["required", "ignore", "ignore_empty", "min_items", "max_items", "min_pairs", "max_pairs", "unique"],
]);
/** Rules around others, which say nothing themselves, and those that only choose messages for errors. */
const silent = new Set(["example", "strict", "skip"]);

/** The names of rules that differ and that cannot be evaluated. */
export function incomparable(a: RuleValue | undefined, b: RuleValue | undefined, path = ""): string[] {
  if (sameRules(a, b)) return [];
  const isNested = (value: RuleValue | undefined): boolean => value === undefined || isRules(value);
  const name = path.slice(path.lastIndexOf(".") + 1);
  if (isNested(a) && isNested(b)) {
    const [x, y] = [asRules(a), asRules(b)];
    return [...new Set([...Object.keys(x), ...Object.keys(y)])].flatMap((each) =>
      incomparable(x[each], y[each], path === "" ? each : `${path}.${each}`),
    );
  }
  if (silent.has(name)) return [];
  const isBadPattern =
    name === "pattern" && [a, b].some((each) => each !== undefined && patternOf(String(each)) === undefined);
  return evaluated.has(name) && !isBadPattern ? [] : [path];
}

/**
 * A pattern as protovalidate reads it, by the same library. RE2 takes linear time: a pattern of a schema cannot make the check
 * hang. Undefined if it is malformed.
 */
function patternOf(source: string): RE2JS | undefined {
  if (patterns.has(source)) return patterns.get(source);
  let pattern: RE2JS | undefined;
  try {
    pattern = RE2JS.compile(source);
  } catch {
    // as in a schema that protovalidate refuses
  }
  if (patterns.size >= MOST_PATTERNS) patterns.clear();
  patterns.set(source, pattern);
  return pattern;
}

/** Each pattern is tried on a hundred values. */
const patterns = new Map<string, RE2JS | undefined>();
const MOST_PATTERNS = 1000;

function equals(a: RuleValue, b: Example): boolean {
  if (a instanceof Uint8Array || b instanceof Uint8Array) return textOf(a as Example) === textOf(b);
  return a === b;
}

/** Bytes as characters of one byte, so that both are compared alike. */
function textOf(value: Example): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : String(value);
}

function isHostname(text: string): boolean {
  return (
    text.length <= 253 &&
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\.?$/i.test(text) &&
    !/(^|\.)\d+\.?$/.test(text)
  );
}

function isAddress(value: Example, versions: readonly number[]): boolean {
  if (value instanceof Uint8Array) return versions.some((version) => value.length === (version === 4 ? 4 : 16));
  return versions.includes(isIP(String(value)));
}

function isPrefix(text: string, versions: readonly number[]): boolean {
  const [address = "", length = "", ...more] = text.split("/");
  return (
    more.length === 0 &&
    versions.includes(isIP(address)) &&
    /^\d{1,3}$/.test(length) &&
    Number(length) <= (isIP(address) === 4 ? 32 : 128)
  );
}

function isDefined(type: DescEnum | undefined, value: Example): boolean {
  return type === undefined || type.values.some(({ number }) => number === value);
}

export function isZero(value: Example): boolean {
  if (value === undefined || value === false || value === 0 || value === 0n || value === "") return true;
  if (value instanceof Uint8Array || Array.isArray(value)) return (value as Uint8Array).length === 0;
  return value instanceof Map && value.size === 0;
}

export function isRules(value: RuleValue | undefined): value is Rules {
  return typeof value === "object" && !Array.isArray(value) && !(value instanceof Uint8Array);
}

export function asRules(value: RuleValue | undefined): Rules {
  return isRules(value) ? value : {};
}

function asRulesOrNone(value: RuleValue | undefined): Rules | undefined {
  return isRules(value) ? value : undefined;
}
