import { Code, codeName, toCode } from "../call/code.js";

/** When to retry a failed call (gRPC proposal A6, "Retry Policy"). */
export interface RetryPolicy {
  readonly maxAttempts: number;
  /** Milliseconds. */
  readonly initialBackoff: number;
  readonly maxBackoff: number;
  readonly backoffMultiplier: number;
  readonly codes: ReadonlySet<Code>;
}

/** When to make further attempts before one has failed (A6, "Hedging Policy"). */
export interface HedgingPolicy {
  readonly maxAttempts: number;
  /** Milliseconds. */
  readonly delay: number;
  readonly nonFatalCodes: ReadonlySet<Code>;
}

export interface MethodConfig {
  /** Milliseconds. */
  readonly timeout: number | undefined;
  readonly waitForReady: boolean;
  readonly retry: RetryPolicy | undefined;
  readonly hedging: HedgingPolicy | undefined;
}

export interface Throttling {
  readonly maxTokens: number;
  readonly tokenRatio: number;
}

/** A service config. The keys are paths of methods and services; the empty one is the default for all. */
export interface ParsedConfig {
  readonly methods: ReadonlyMap<string, MethodConfig>;
  readonly throttling: Throttling | undefined;
}

/** Maximum number of attempts, whatever the config says (A6). */
const MAX_ATTEMPTS = 5;

/** Reads a service config (gRPC, "Service Config in gRPC"). Throws TypeError, with the place, if it is invalid. */
export function parseServiceConfig(config: object): ParsedConfig {
  const methods = new Map<string, MethodConfig>();
  const { methodConfig, retryThrottling } = config as { methodConfig?: unknown; retryThrottling?: unknown };
  for (const [i, entry] of list(methodConfig ?? [], "methodConfig").entries()) {
    const place = `methodConfig[${i}]`;
    const { name, ...rest } = record(entry, place);
    const parsed = parseMethodConfig(rest, place);
    for (const [j, each] of list(name, `${place}.name`).entries()) {
      const key = keyOf(record(each, `${place}.name[${j}]`));
      if (methods.has(key)) throw wrong(`${place}.name[${j}]`, "a name that is not configured twice", each);
      methods.set(key, parsed);
    }
  }
  return { methods, throttling: retryThrottling === undefined ? undefined : parseThrottling(retryThrottling) };
}

/** The config of a method: its own, its service's, or the default. */
export function configOf({ methods }: ParsedConfig, path: string): MethodConfig | undefined {
  return methods.get(path) ?? methods.get(path.slice(0, path.lastIndexOf("/") + 1)) ?? methods.get("");
}

function keyOf({ service = "", method = "" }: Readonly<Record<string, unknown>>): string {
  return service === "" ? "" : `/${service}/${method}`;
}

function parseMethodConfig(config: Readonly<Record<string, unknown>>, place: string): MethodConfig {
  const { timeout, waitForReady = false, retryPolicy, hedgingPolicy } = config;
  if (retryPolicy !== undefined && hedgingPolicy !== undefined)
    throw wrong(place, "either retryPolicy or hedgingPolicy", "both");
  return {
    timeout: timeout === undefined ? undefined : duration(timeout, `${place}.timeout`),
    waitForReady: waitForReady === true,
    retry: retryPolicy === undefined ? undefined : parseRetry(record(retryPolicy, `${place}.retryPolicy`), place),
    hedging:
      hedgingPolicy === undefined ? undefined : parseHedging(record(hedgingPolicy, `${place}.hedgingPolicy`), place),
  };
}

function parseRetry(policy: Readonly<Record<string, unknown>>, where: string): RetryPolicy {
  const place = `${where}.retryPolicy`;
  const codes = codesOf(policy.retryableStatusCodes, `${place}.retryableStatusCodes`);
  if (codes.size === 0) throw wrong(`${place}.retryableStatusCodes`, "at least one code", "none");
  return {
    maxAttempts: attempts(policy.maxAttempts, `${place}.maxAttempts`),
    initialBackoff: duration(policy.initialBackoff, `${place}.initialBackoff`),
    maxBackoff: duration(policy.maxBackoff, `${place}.maxBackoff`),
    backoffMultiplier: positive(policy.backoffMultiplier, `${place}.backoffMultiplier`),
    codes,
  };
}

function parseHedging(policy: Readonly<Record<string, unknown>>, where: string): HedgingPolicy {
  const place = `${where}.hedgingPolicy`;
  return {
    maxAttempts: attempts(policy.maxAttempts, `${place}.maxAttempts`),
    delay: duration(policy.hedgingDelay ?? "0s", `${place}.hedgingDelay`),
    nonFatalCodes: codesOf(policy.nonFatalStatusCodes ?? [], `${place}.nonFatalStatusCodes`),
  };
}

function parseThrottling(value: unknown): Throttling {
  const { maxTokens, tokenRatio } = record(value, "retryThrottling");
  return {
    maxTokens: positive(maxTokens, "retryThrottling.maxTokens"),
    tokenRatio: positive(tokenRatio, "retryThrottling.tokenRatio"),
  };
}

function attempts(value: unknown, place: string): number {
  if (!Number.isInteger(value) || (value as number) < 2) throw wrong(place, "an integer of 2 or more", value);
  return Math.min(value as number, MAX_ATTEMPTS);
}

function positive(value: unknown, place: string): number {
  if (typeof value !== "number" || !(value > 0)) throw wrong(place, "a number above 0", value);
  return value;
}

/** Parses a ProtoJSON duration, such as `0.5s`, to milliseconds. */
function duration(value: unknown, place: string): number {
  const seconds = /^(\d+(?:\.\d{1,9})?)s$/.exec(String(value))?.[1];
  if (seconds === undefined) throw wrong(place, 'a duration such as "0.5s"', value);
  return Number(seconds) * 1000;
}

const byName = new Map<unknown, Code>(Object.values(Code).map((code) => [codeName(code), code]));

function codesOf(value: unknown, place: string): ReadonlySet<Code> {
  const codes = list(value, place).map((each) => {
    const code =
      typeof each === "number" && toCode(each) === each ? toCode(each) : byName.get(String(each).toUpperCase());
    if (code === undefined) throw wrong(place, "names of status codes", each);
    return code;
  });
  return new Set(codes);
}

function list(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(place, "a list", value);
  return value;
}

function record(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(place, "an object", value);
  return value as Readonly<Record<string, unknown>>;
}

function wrong(place: string, expected: string, found: unknown): TypeError {
  return new TypeError(`invalid service config: expected ${place} to be ${expected}, got ${JSON.stringify(found)}`);
}
