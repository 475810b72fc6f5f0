import { isIP } from "node:net";
import type { Address, Place } from "@protoloom/envoy";
import type { JsonValue } from "@protoloom/protobuf";
import type { Problem } from "../problem.js";
import type { Located } from "./located.js";

export type JsonSchema = { readonly [key: string]: unknown };

/**
 * Declares a value of the deployment file: how it is read, and its JSON Schema. An invalid value is reported and replaced by
 * the fallback, so that reading continues without follow-up errors.
 */
export interface Shape<T> {
  readonly schema: JsonSchema;
  readonly fallback: T;
  read(node: Located, to: Reader): T;
}

/** The type of the values that a shape reads. */
export type TypeOf<S> = S extends Shape<infer T> ? T : never;

/** The state of reading: problems and places. */
export class Reader {
  readonly problems: Problem[] = [];
  /** The places of fallbacks, which need no further report. */
  readonly replaced: Set<Place> = new Set();
  readonly #places = new WeakMap<object, ReadonlyMap<string, Place>>();

  /** The place of a key's value or an element in an object that was read. Without a key, the place of the object. */
  place(object: object, key: string | number = ""): Place {
    const places = this.#places.get(object);
    return places?.get(String(key)) ?? places?.get("") ?? "";
  }

  remember(object: object, places: ReadonlyMap<string, Place>): void {
    this.#places.set(object, places);
  }

  wrong({ place, value }: Located, expected: string): void {
    this.replaced.add(place);
    const found = value instanceof Map ? "a map" : Array.isArray(value) ? "a list" : JSON.stringify(value);
    this.problems.push({
      place,
      check: "invalid-value",
      text: `expected ${expected}, got ${found}`,
      why: "The value has no meaning here.",
      fix: `Write ${expected}.`,
    });
  }
}

function scalar<T>(
  expected: string,
  schema: JsonSchema,
  fallback: T,
  parse: (value: unknown) => T | undefined,
): Shape<T> {
  return {
    schema,
    fallback,
    read(node, to) {
      const value = parse(node.value);
      if (value === undefined) to.wrong(node, expected);
      return value ?? fallback;
    },
  };
}

export const text: Shape<string> = scalar("text", { type: "string", minLength: 1 }, "", (value) =>
  typeof value === "string" && value !== "" ? value : undefined,
);

/** Text that is written unquoted into configurations of other programs. */
function word(expected: string, pattern: RegExp): Shape<string> {
  return scalar(expected, { type: "string", pattern: pattern.source }, "x", (value) =>
    typeof value === "string" && pattern.test(value) ? value : undefined,
  );
}

export const labelText: Shape<string> = word("a label of letters, digits, ., - and _", /^[\w.-]+$/);
export const httpPath: Shape<string> = word('a path such as "/healthz"', /^\/[\w\-./~%?=&]*$/);
export const name: Shape<string> = word("a name of letters, digits, ., - and _", /^\w[\w.-]*$/);
export const fieldName: Shape<string> = word("a name of letters, digits, - and _", /^[\w-]+$/);
/** Envoy does not change the host by headers. */
export const changeableHeader: Shape<string> = word(
  "a header of letters, digits, - and _, and not host, which the key host changes",
  /^(?![Hh][Oo][Ss][Tt]$)[\w-]+$/,
);
export const filePath: Shape<string> = word("a path without blanks, quotes, ;, $, # and braces", /^[^\s"'\\;{}#$]+$/);
export const hostName: Shape<string> = word(
  'a host name such as "shop.example", or an address',
  /^[\w-]+(?:\.[\w-]+)*$|^[\da-f:.]*:[\da-f:.]*$/,
);

export const ipAddress: Shape<string> = scalar(
  "an IP address",
  { type: "string", pattern: "^[\\da-f:.]+$" },
  "127.0.0.1",
  (value) => (isIP(String(value)) === 0 ? undefined : String(value)),
);

export const registeredName: Shape<string> = word(
  'a service such as "shop.v1.Orders", with or without a version behind a slash',
  /^[\w.-]+(?:\/[\w.-]+)?$/,
);

/** The domain of a virtual host. Envoy accepts one star, at either end. */
export const hostPattern: Shape<string> = word(
  'a host name such as "shop.example", "*.shop.example" or "*"',
  /^(?:\*|(?:\*[.-])?[\w-]+(?:\.[\w-]+)*|[\w-]+(?:\.[\w-]+)*[.-]\*)$/,
);

/** An origin as browsers send it (RFC 6454, section 7): without a path or trailing slash. */
export const origin: Shape<string> = word(
  'an origin such as "https://shop.example", "https://*.shop.example" or "*"',
  /^(?:\*|[a-z][a-z\d+.-]*:\/\/(?:\*\.)?[\w.-]+(?::\d+)?)$/,
);

/** The command operators that texts may contain. Envoy rejects a configuration with any other. */
const commands = [
  ...["BYTES_RECEIVED", "BYTES_SENT", "CONNECTION_ID", "DOWNSTREAM_LOCAL_ADDRESS", "DOWNSTREAM_LOCAL_URI_SAN"],
  ...["DOWNSTREAM_PEER_FINGERPRINT_256", "DOWNSTREAM_PEER_SUBJECT", "DOWNSTREAM_PEER_URI_SAN"],
  ...["DOWNSTREAM_REMOTE_ADDRESS", "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", "DOWNSTREAM_TLS_VERSION", "DURATION"],
  ...["GRPC_STATUS", "GRPC_STATUS_NUMBER", "HOSTNAME", "PROTOCOL", "REQUESTED_SERVER_NAME", "REQUEST_DURATION"],
  ...["RESPONSE_CODE", "RESPONSE_CODE_DETAILS", "RESPONSE_DURATION", "RESPONSE_FLAGS", "ROUTE_NAME", "START_TIME"],
  ...["STREAM_ID", "UPSTREAM_CLUSTER", "UPSTREAM_HOST", "UPSTREAM_REQUEST_ATTEMPT_COUNT", "VIRTUAL_CLUSTER_NAME"],
];
const withHeader = ["REQ", "RESP", "TRAILER"];
const command = `%(?:${commands.join("|")}|(?:${withHeader.join("|")})\\([\\w:-]+(?:\\?[\\w:-]+)?\\)(?::\\d+)?)%`;

/** Text that Envoy fills in for each call: "caller %DOWNSTREAM_REMOTE_ADDRESS%, user %REQ(x-user)%". */
export const filledText: Shape<string> = word(
  'text, with operators such as "%REQ(x-user)%" or "%DURATION%" and %% for a percent sign',
  new RegExp(`^(?:[^%\\x00-\\x1f]|%%|${command})+$`),
);

export const methodPattern: Shape<string> = word('the name of a method, or a pattern such as "Get*"', /^[\w*]+$/);

export const serviceName: Shape<string> = word(
  'a service such as "shop.v1.Orders", "shop.v1.*" or "*"',
  /^(?:\w+\.)*(?:\w+|\*)$/,
);

export const flag: Shape<boolean> = scalar("true or false", { type: "boolean" }, false, (value) =>
  typeof value === "boolean" ? value : undefined,
);

export function integer(minimum: number, maximum: number): Shape<number> {
  return scalar(`an integer from ${minimum} to ${maximum}`, { type: "integer", minimum, maximum }, minimum, (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum ? value : undefined,
  );
}

/** A decimal number. A value other than zero must be at least `least`. */
export function decimal(minimum: number, maximum: number, least: number): Shape<number> {
  const expected = `a number from ${minimum} to ${maximum}, 0 or at least ${least}`;
  return scalar(expected, { type: "number", minimum, maximum }, minimum, (value) =>
    typeof value === "number" && value >= minimum && value <= maximum && (value === 0 || value >= least)
      ? value
      : undefined,
  );
}

/** Any map, unchanged. The code that interprets it checks it. */
export const fragment: Shape<JsonObject> = {
  schema: { type: "object" },
  fallback: {},
  read(node, to) {
    const value = plain(node);
    if (node.value instanceof Map) return value as JsonObject;
    to.wrong(node, "a map of fields of Envoy's API");
    return {};
  },
};

type JsonObject = { [key: string]: JsonValue };

function plain({ value }: Located): JsonValue {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, { node }]) => [key, plain(node)]));
  return Array.isArray(value) ? value.map(plain) : (value as JsonValue);
}

export function choice<const T extends string>(...values: readonly T[]): Shape<T> {
  return scalar(`one of ${values.join(", ")}`, { enum: values }, values[0]!, (value) =>
    values.find((each) => each === value),
  );
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const durationForm = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;

/** A duration in milliseconds, with a minimum, a maximum and a resolution of a microsecond. */
export function durationFrom(minimum: string, maximum?: string): Shape<number> {
  const least = milliseconds(minimum) ?? 0;
  const most = maximum === undefined ? MAX_DURATION : milliseconds(maximum)!;
  const range = `${least === 0 ? "" : `, ${minimum} at least`}${maximum === undefined ? "" : `, ${maximum} at most`}`;
  const schema = { type: "string", pattern: durationForm.source };
  return scalar(`a duration such as "250ms", "1.5s" or "2m"${range}`, schema, Math.max(least, 1000), (value) => {
    const ms = milliseconds(String(value));
    return ms !== undefined && ms >= least && ms <= most ? ms : undefined;
  });
}

function milliseconds(text: string): number | undefined {
  const [, number, unit] = durationForm.exec(text) ?? [];
  return unit === undefined ? undefined : Math.round(Number(number) * units[unit]! * 1000) / 1000;
}

const MAX_DURATION = 100 * 365.25 * 24 * 3_600_000; // a century: Envoy counts nanoseconds in 64 bits

/** A duration for which zero has a meaning, such as no limit. */
export const duration: Shape<number> = durationFrom("0s");
/** A duration that must be longer than zero. */
export const positiveDuration: Shape<number> = durationFrom("1ms");

const addressForm = /^(?:(\[[\da-f:.]+\]|[\w.-]+):(\d{1,5})|unix:(\/[^\s"'\\;{}#$]{1,100}))$/i;

/** A host name or an IP address with a port, or a Unix socket: "10.0.0.1:50051", "[::1]:50051", "unix:/run/shop.sock". */
export const address: Shape<Address> = scalar(
  'an address with a port, such as "10.0.0.1:50051" or "[::1]:50051", or a socket such as "unix:/run/shop.sock"',
  { type: "string", pattern: addressForm.source },
  { host: "127.0.0.1", port: 1 },
  (value) => {
    const [, name = "", port, path] = addressForm.exec(String(value)) ?? [];
    if (path !== undefined) return { host: "", port: 0, path };
    const host = name.replace(/^\[|\]$/g, "");
    const isRight =
      host !== "" && Number(port) >= 1 && Number(port) <= 65535 && (!host.includes(":") || isIP(host) !== 0);
    return isRight ? { host, port: Number(port) } : undefined;
  },
);

/** A list. `minItems` of 1 rules out an empty list, which some readers would take for none and others for all. */
export function listOf<T>(shape: Shape<T>, minItems: 0 | 1 = 0): Shape<readonly T[]> {
  return {
    schema: { type: "array", items: shape.schema, ...(minItems > 0 ? { minItems } : {}) },
    fallback: [],
    read(node, to) {
      if (!Array.isArray(node.value) || node.value.length < minItems) {
        to.wrong(node, minItems > 0 ? "a list with something in it" : "a list");
        return [];
      }
      const nodes = node.value as readonly Located[];
      const list = nodes.map((each) => shape.read(each, to));
      to.remember(
        list,
        new Map([["", node.place], ...nodes.map(({ place }, i): [string, Place] => [String(i), place])]),
      );
      return list;
    },
  };
}

/** A list of one or more. A single value needs no brackets. */
export function oneOrMore<T>(shape: Shape<T>): Shape<readonly T[]> {
  const list = listOf(shape, 1);
  return {
    schema: { anyOf: [shape.schema, list.schema] },
    fallback: [],
    read: (node, to) => (Array.isArray(node.value) ? list.read(node, to) : [shape.read(node, to)]),
  };
}

/** A map whose names have the shape `keys`, in the order of the file. */
export function mapOf<T>(shape: Shape<T>, keys: Shape<string> = name): Shape<Readonly<Record<string, T>>> {
  return {
    schema: { type: "object", additionalProperties: shape.schema, propertyNames: keys.schema },
    fallback: {},
    read(node, to) {
      const record: Record<string, T> = Object.create(null);
      if (!(node.value instanceof Map)) {
        to.wrong(node, "a map");
        return record;
      }
      const places = new Map([["", node.place]]);
      for (const [key, entry] of node.value) {
        keys.read({ place: entry.key, value: key }, to);
        record[key] = shape.read(entry.node, to);
        places.set(key, entry.key);
      }
      to.remember(record, places);
      return record;
    },
  };
}

/** A key of a map: its shape, its meaning, and its default. */
export interface Key<T> {
  readonly shape: Shape<T>;
  readonly about: string;
  readonly required?: boolean;
}

/** The keys of a map by property. Properties are camelCase, keys in the file snake_case. */
type Keys = { readonly [property: string]: Key<unknown> };

/** The type of a map with these keys. An optional key is undefined if the file does not have it. */
type Values<K extends Keys> = {
  readonly [P in keyof K]: TypeOf<K[P]["shape"]> | (K[P] extends { readonly required: true } ? never : undefined);
};

export function object<const K extends Keys>(keys: K): Shape<Values<K>> {
  type T = Values<K>;
  const entries = Object.entries(keys);
  const byName = new Map(entries.map(([property, key]) => [snake(property), { property, key }]));
  const required = entries.filter(([, key]) => key.required).map(([property]) => snake(property));
  return {
    schema: {
      type: "object",
      properties: Object.fromEntries(
        entries.map(([property, { shape, about }]) => [snake(property), { ...shape.schema, description: about }]),
      ),
      additionalProperties: false,
      ...(required.length > 0 ? { required } : {}),
    },
    get fallback(): T {
      return blank<T>(entries);
    },
    read(node, to) {
      const value = blank<T>(entries) as Record<string, unknown>;
      const places = new Map([["", node.place]]);
      to.remember(value, places);
      if (!(node.value instanceof Map)) {
        to.wrong(node, `a map of ${[...byName.keys()].join(", ")}`);
        return value as T;
      }
      for (const [name, entry] of node.value) {
        const known = byName.get(name);
        if (known === undefined) to.problems.push(unknownKey(name, entry.key, [...byName.keys()]));
        else {
          value[known.property] = known.key.shape.read(entry.node, to);
          if (to.replaced.has(entry.node.place)) to.replaced.add(entry.key);
          places.set(known.property, entry.key);
        }
      }
      for (const name of required) if (!node.value.has(name)) to.problems.push(missingKey(name, node.place));
      return value as T;
    },
  };
}

/** Required keys have their fallback, the others are undefined. */
function blank<T>(entries: readonly [string, Key<unknown>][]): T {
  return Object.fromEntries(
    entries.map(([property, { shape, required }]) => [property, required ? shape.fallback : undefined]),
  ) as T;
}

export function unknownKey(name: string, place: Place, known: readonly string[]): Problem {
  const near = known.find((each) => isNear(each, name));
  return {
    place,
    check: "unknown-key",
    text: `unknown key ${JSON.stringify(name)}`,
    why: "Its intended meaning would be lost.",
    fix: near === undefined ? `Known are ${known.join(", ")}.` : `Did you mean ${near}?`,
  };
}

/** Whether two names differ in at most two letters, compared as sorted letters: enough to find a typo. */
function isNear(known: string, name: string): boolean {
  if (Math.abs(known.length - name.length) > 2) return false;
  const rest = [...known];
  const extra = [...name].filter((letter) => {
    const at = rest.indexOf(letter);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return extra.length + rest.length <= 2;
}

function missingKey(name: string, place: Place): Problem {
  return {
    place,
    check: "missing-key",
    text: `expected the key ${JSON.stringify(name)}`,
    why: "Without it the rest has no meaning.",
    fix: `Add ${name}.`,
  };
}

export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
