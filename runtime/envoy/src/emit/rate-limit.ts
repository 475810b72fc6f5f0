import { durationFromMs } from "@protoloom/protobuf/wkt";
import type { HeaderMatcherInit, RateLimitInit } from "../gen/envoy/config/route/v3/route_components_pb.js";
import { LocalRateLimit } from "../gen/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit_pb.js";
import type { Limit, Listener, Route } from "../model/model.js";
import { callerAction } from "./global-rate-limit.js";
import { fraction } from "./percent.js";

const statPrefix = "local_ratelimit";

/** The filter in the chain limits nothing. The limits are on the routes, where a new limit does not drain the listener. */
export function emptyRateLimit(): LocalRateLimit {
  return new LocalRateLimit({ statPrefix });
}

/**
 * The limits of a listener, for its virtual host. Each limit is one bucket for all routes. A bucket per route would allow a
 * service's limit once for each of its methods and canaries.
 */
export function emitRateLimits({ routes }: Listener): LocalRateLimit | undefined {
  const buckets = bucketsOf(routes);
  if (buckets.size === 0) return undefined;
  return new LocalRateLimit({
    statPrefix,
    filterEnabled: { defaultValue: fraction(100) },
    filterEnforced: { defaultValue: fraction(100) },
    tokenBucket: bucket({ requests: UNLIMITED }),
    alwaysConsumeDefaultTokenBucket: false,
    rateLimits: [...buckets].flatMap(([name, each]) => counting(name, each)),
    descriptors: [...buckets].flatMap(([name, each]) => descriptorsOf(name, each)),
    maxDynamicDescriptors: [...buckets.values()].some(({ limit }) => limit.by) ? MOST_CALLERS : undefined,
    rateLimitedAsResourceExhausted: true,
  });
}

/** So many callers have a bucket at a time; the one that was silent longest makes room for another. */
const MOST_CALLERS = 10_000;

/** The filter requires a bucket for requests without a limit. */
const UNLIMITED = 4_294_967_295;

function bucket({ requests, per = 1000, burst = requests }: Partial<Limit> & Pick<Limit, "requests">) {
  return { maxTokens: burst, tokensPerFill: requests, fillInterval: durationFromMs(per) };
}

interface Bucket {
  readonly limit: Limit;
  readonly paths: Paths;
}

interface Paths {
  readonly exact: Set<string>;
  readonly prefixes: Set<string>;
  /** Paths below a prefix that have their own bucket. */
  readonly others: Set<string>;
}

function bucketsOf(routes: readonly Route[]): Map<string, Bucket> {
  const found = new Map<string, Bucket>();
  for (const { policy, path, isExact } of routes) {
    const limit = policy.rateLimit.value;
    if (limit === undefined) continue;
    const known = found.get(limit.bucket) ?? {
      limit,
      paths: { exact: new Set(), prefixes: new Set(), others: new Set() },
    };
    found.set(limit.bucket, known);
    (isExact ? known.paths.exact : known.paths.prefixes).add(path);
  }
  for (const { policy, path, isExact, service } of routes) {
    const around = found.get(service.name)?.paths;
    if (isExact && around?.prefixes.has(`/${service.name}/`) && policy.rateLimit.value?.bucket !== service.name)
      around.others.add(path);
  }
  return found;
}

/** A caller whose header is missing shares a bucket with all others of this kind: it must not bypass the limit. */
function descriptorsOf(value: string, { limit }: Bucket) {
  const tokenBucket = bucket(limit);
  const all = { entries: [{ key: "header_match", value }], tokenBucket };
  if (limit.by === undefined) return [all];
  const each = { entries: [{ key: "header_match", value }, { key: limit.by.header ?? "remote_address" }], tokenBucket };
  if (limit.by.header === undefined) return [each];
  return [each, { entries: [{ key: "header_match", value: `${value} without ${limit.by.header}` }], tokenBucket }];
}

function counting(name: string, { limit, paths }: Bucket): RateLimitInit[] {
  const headers = headersOf(paths);
  const matched = (descriptorValue: string, more: readonly HeaderMatcherInit[] = []) =>
    ({
      actionSpecifier: { case: "headerValueMatch", value: { descriptorValue, headers: [...headers, ...more] } },
    }) as const;
  if (limit.by === undefined) return [{ actions: [matched(name)] }];
  const each = { actions: [matched(name), callerAction(limit.by)] };
  const { header } = limit.by;
  if (header === undefined) return [each];
  const isMissing: HeaderMatcherInit = {
    name: header,
    headerMatchSpecifier: { case: "presentMatch", value: true },
    invertMatch: true,
  };
  return [each, { actions: [matched(`${name} without ${header}`, [isMissing])] }];
}

function headersOf({ exact, prefixes, others }: Paths): HeaderMatcherInit[] {
  const headers: HeaderMatcherInit[] =
    prefixes.size > 0
      ? [pathMatching([...prefixes].map((prefix) => `${quoted(prefix)}.*`))]
      : [pathMatching([...exact].map(withQuery))];
  if (others.size > 0) headers.push({ ...pathMatching([...others].map(withQuery)), invertMatch: true });
  return headers;
}

/** Also matches a path with a query: routes ignore the query, so it must not bypass a limit. */
function withQuery(path: string): string {
  return `${quoted(path)}(\\?.*)?`;
}

function quoted(path: string): string {
  return path.replaceAll(".", "\\.");
}

function pathMatching(patterns: readonly string[]): HeaderMatcherInit {
  const matchPattern = { case: "safeRegex", value: { regex: patterns.join("|") } } as const;
  return { name: ":path", headerMatchSpecifier: { case: "stringMatch", value: { matchPattern } } };
}
