import { isIP, isIPv4, isIPv6 } from "node:net";
import type { DescEnum } from "@bufbuild/protobuf";
import type { FieldRules } from "../gen/validate/validate_pb.js";

/**
 * The rules of protoc-gen-validate. Envoy's API declares them with the option `validate.rules`, and Envoy enforces them when it
 * reads a configuration. https://github.com/bufbuild/protoc-gen-validate/blob/main/README.md#constraint-rules
 */

/** A rule with its limit. Its check returns undefined for a valid value, otherwise the expectation. */
export interface Constraint {
  /** `string.min_len`. */
  readonly rule: string;
  broken(value: unknown): string | undefined;
}

/** The aspect of a value that is compared (characters, bytes, order), and how the limit is shown. */
interface Rule {
  holds(value: never, limit: never): boolean;
  expected(limit: never): string;
}

type Ordered = number | bigint;

/** Durations are compared by their nanoseconds. */
function ordered(value: unknown): Ordered {
  if (typeof value === "number" || typeof value === "bigint") return value;
  const { seconds, nanos } = value as { seconds: bigint; nanos: number };
  return seconds * 1_000_000_000n + BigInt(nanos);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(", ");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value === "object" && value !== null) return `${Number(ordered(value)) / 1e9}s`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function same(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array) return Buffer.compare(a, b as Uint8Array) === 0;
  return typeof a === "object" ? ordered(a) === ordered(b) : a === b;
}

const rule = <V, L>(holds: (value: V, limit: L) => boolean, expected: (limit: L) => string): Rule => ({
  holds,
  expected,
});

const equality = {
  const: rule<unknown, unknown>(same, (limit) => `expected ${shown(limit)}`),
  in: rule<unknown, unknown[]>(
    (value, limit) => limit.some((each) => same(value, each)),
    (limit) => `expected one of ${shown(limit)}`,
  ),
  notIn: rule<unknown, unknown[]>(
    (value, limit) => !limit.some((each) => same(value, each)),
    (limit) => `expected none of ${shown(limit)}`,
  ),
};

const order = {
  lt: rule<unknown, unknown>(
    (value, limit) => ordered(value) < ordered(limit),
    (limit) => `expected less than ${shown(limit)}`,
  ),
  lte: rule<unknown, unknown>(
    (value, limit) => ordered(value) <= ordered(limit),
    (limit) => `expected at most ${shown(limit)}`,
  ),
  gt: rule<unknown, unknown>(
    (value, limit) => ordered(value) > ordered(limit),
    (limit) => `expected more than ${shown(limit)}`,
  ),
  gte: rule<unknown, unknown>(
    (value, limit) => ordered(value) >= ordered(limit),
    (limit) => `expected at least ${shown(limit)}`,
  ),
};

/** `required` means that the field is set, which the walk checks; see `requires`. */
const presence = {
  required: rule<unknown, boolean>(
    () => true,
    () => "",
  ),
};

const numbers = { ...equality, ...order };

const characters = (text: string): number => [...text].length;
const bytes = (value: string | Uint8Array): number =>
  typeof value === "string" ? Buffer.byteLength(value) : value.length;
const items = (value: readonly unknown[]): number => value.length;
const pairs = (value: object): number => Object.keys(value).length;

/** Three rules for one measure: exactly, at least, at most. */
function measured<V>(measure: (value: V) => number, unit: string) {
  return {
    exactly: rule<V, bigint>(
      (value, limit) => measure(value) === Number(limit),
      (limit) => `expected ${limit} ${unit}`,
    ),
    atLeast: rule<V, bigint>(
      (value, limit) => measure(value) >= Number(limit),
      (limit) => `expected at least ${limit} ${unit}`,
    ),
    atMost: rule<V, bigint>(
      (value, limit) => measure(value) <= Number(limit),
      (limit) => `expected at most ${limit} ${unit}`,
    ),
  };
}

const inCharacters = measured(characters, "characters");
const inBytes = measured(bytes, "bytes");
const inItems = measured(items, "elements");
const inPairs = measured(pairs, "entries");

const latin1 = (value: string | Uint8Array): string =>
  typeof value === "string" ? value : Buffer.from(value).toString("latin1");
const part = (limit: string | Uint8Array): string => shown(limit);

const text = {
  pattern: rule<string | Uint8Array, string>(
    (value, limit) => new RegExp(limit).test(latin1(value)),
    (limit) => `expected a match of ${limit}`,
  ),
  prefix: rule<string | Uint8Array, string | Uint8Array>(
    (value, limit) => latin1(value).startsWith(latin1(limit)),
    (limit) => `expected to begin with ${part(limit)}`,
  ),
  suffix: rule<string | Uint8Array, string | Uint8Array>(
    (value, limit) => latin1(value).endsWith(latin1(limit)),
    (limit) => `expected to end with ${part(limit)}`,
  ),
  contains: rule<string | Uint8Array, string | Uint8Array>(
    (value, limit) => latin1(value).includes(latin1(limit)),
    (limit) => `expected to contain ${part(limit)}`,
  ),
};

/** Every rule that is a field of its family's message, by family. `type` of FieldRules names the family. */
const families: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  ...Object.fromEntries(
    ["float", "double", "int32", "int64", "uint32", "uint64", "sint32", "sint64"]
      .concat(["fixed32", "fixed64", "sfixed32", "sfixed64"])
      .map((family) => [family, numbers]),
  ),
  bool: { const: equality.const },
  string: {
    ...equality,
    ...text,
    len: inCharacters.exactly,
    minLen: inCharacters.atLeast,
    maxLen: inCharacters.atMost,
    lenBytes: inBytes.exactly,
    minBytes: inBytes.atLeast,
    maxBytes: inBytes.atMost,
    notContains: rule<string, string>(
      (value, limit) => !value.includes(limit),
      (limit) => `expected not to contain ${shown(limit)}`,
    ),
  },
  bytes: { ...equality, ...text, len: inBytes.exactly, minLen: inBytes.atLeast, maxLen: inBytes.atMost },
  enum: equality, // defined_only needs the enum: see constraintsOf
  repeated: {
    minItems: inItems.atLeast,
    maxItems: inItems.atMost,
    unique: rule<readonly unknown[], boolean>(
      (value, limit) => !limit || new Set(value.map((each) => shown(each))).size === value.length,
      () => "expected each element once",
    ),
  },
  map: { minPairs: inPairs.atLeast, maxPairs: inPairs.atMost },
  any: {
    ...presence,
    in: rule<{ typeUrl: string }, string[]>(
      (value, limit) => limit.includes(value.typeUrl),
      (limit) => `expected one of ${shown(limit)}`,
    ),
    notIn: rule<{ typeUrl: string }, string[]>(
      (value, limit) => !limit.includes(value.typeUrl),
      (limit) => `expected none of ${shown(limit)}`,
    ),
  },
  duration: { ...equality, ...order, ...presence },
  timestamp: { const: equality.const, ...order, ...presence },
};

/** Fields of a rule message that are not rules: they modify other rules, or contain rules for the parts. */
const modifiers = new Set(["$typeName", "$unknown", "strict", "ignoreEmpty", "items", "keys", "values", "noSparse"]);

const wellKnown: Readonly<Record<string, { holds(value: string): boolean; expected: string }>> = {
  email: { holds: (value) => /^[^\s@]+@[^\s@]+$/.test(value), expected: "expected an e-mail address" },
  hostname: { holds: isHostname, expected: "expected a host name" },
  ip: { holds: (value) => isIP(value) !== 0, expected: "expected an IP address" },
  ipv4: { holds: isIPv4, expected: "expected an IPv4 address" },
  ipv6: { holds: isIPv6, expected: "expected an IPv6 address" },
  uri: { holds: (value) => URL.canParse(value), expected: "expected an absolute URI" },
  uriRef: { holds: (value) => URL.canParse(value, "http://base"), expected: "expected a URI reference" },
  address: { holds: (value) => isIP(value) !== 0 || isHostname(value), expected: "expected a host name or IP address" },
  uuid: {
    holds: (value) => /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(value),
    expected: "expected a UUID",
  },
};

function isHostname(value: string): boolean {
  const labels = value.replace(/\.$/, "").split(".");
  return value.length <= 253 && labels.every((label) => /^(?!-)[a-z\d-]{1,63}(?<!-)$/i.test(label));
}

/** KnownRegex patterns, strict and lenient. A lenient header may contain anything except NUL and line breaks. */
const headerPatterns: Readonly<Record<number, { strict: RegExp; expected: string }>> = {
  1: { strict: /^:?[0-9a-zA-Z!#$%&'*+\-.^_|~`]+$/, expected: "expected the name of an HTTP header" },
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what may not be in a header
  2: { strict: /^[^\u0000-\u0008\u000A-\u001F\u007F]*$/, expected: "expected the value of an HTTP header" },
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what may not be in a header
const looseHeader = /^[^\u0000\u000A\u000D]*$/;

/** The constraints of a field, element, key or value, with their limits. Throws for an unknown rule. */
export function constraintsOf(rules: FieldRules, enumeration: DescEnum | undefined): Constraint[] {
  const family = rules.type.case;
  if (family === undefined) return [];
  const limits = rules.type.value as unknown as Record<string, unknown>;
  const known = families[family] ?? {};
  const found: Constraint[] = [];
  for (const [name, limit] of Object.entries(limits)) {
    if (modifiers.has(name) || isUnset(limit)) continue;
    const each = known[name];
    if (each !== undefined) found.push(constraint(`${family}.${snake(name)}`, each, limit));
    else if (name === "definedOnly") found.push(definedOnly(enumeration));
    else if (name === "wellKnown") found.push(...wellKnownOf(family, limits));
    else throw new Error(`rule ${family}.${snake(name)} of validate.rules is not supported`);
  }
  return limits.ignoreEmpty === true ? found.map(unlessEmpty) : found;
}

function isUnset(limit: unknown): boolean {
  if (limit === undefined) return true;
  if (Array.isArray(limit)) return limit.length === 0;
  return typeof limit === "object" && limit !== null && "case" in limit && limit.case === undefined;
}

function constraint(name: string, { holds, expected }: Rule, limit: unknown): Constraint {
  const ask = holds as (value: unknown, limit: unknown) => boolean;
  const says = expected as (limit: unknown) => string;
  return { rule: name, broken: (value) => (ask(value, limit) ? undefined : says(limit)) };
}

function definedOnly(enumeration: DescEnum | undefined): Constraint {
  const numbers = enumeration?.value ?? {};
  const names = enumeration?.values.map(({ name }) => name).join(", ");
  return {
    rule: "enum.defined_only",
    broken: (value) => (numbers[value as number] === undefined ? `expected one of ${names}` : undefined),
  };
}

function wellKnownOf(family: string, limits: Record<string, unknown>): Constraint[] {
  const { case: name, value } = limits.wellKnown as { case: string; value: unknown };
  if (name === "wellKnownRegex") {
    const header = headerPatterns[value as number];
    if (header === undefined) return [];
    const pattern = limits.strict === false ? looseHeader : header.strict;
    return [
      {
        rule: "string.well_known_regex",
        broken: (text) => (pattern.test(text as string) ? undefined : header.expected),
      },
    ];
  }
  const format = wellKnown[name];
  if (format === undefined) throw new Error(`rule ${family}.${snake(name)} of validate.rules is not supported`);
  const textOf = (raw: unknown): string => (raw instanceof Uint8Array ? addressOf(raw) : String(raw));
  return [
    {
      rule: `${family}.${snake(name)}`,
      broken: (raw) => (format.holds(textOf(raw)) ? undefined : format.expected),
    },
  ];
}

/** The bytes of an IP address as text. */
function addressOf(raw: Uint8Array): string {
  if (raw.length === 4) return raw.join(".");
  return Array.from({ length: raw.length / 2 }, (_, i) =>
    Buffer.from(raw)
      .readUInt16BE(i * 2)
      .toString(16),
  ).join(":");
}

function unlessEmpty({ rule, broken }: Constraint): Constraint {
  return { rule, broken: (value) => (bytes(value as string) === 0 ? undefined : broken(value)) };
}

/** Whether the field must be set. Messages, durations, timestamps and Any can have this rule. */
export function requires(rules: FieldRules): boolean {
  if (rules.message?.required) return true;
  const limits = rules.type.value as { required?: boolean } | undefined;
  return limits?.required === true;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
