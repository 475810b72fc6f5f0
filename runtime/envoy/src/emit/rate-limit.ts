import { durationFromMs } from "@protoloom/protobuf/wkt";
import type { HeaderMatcherInit, RateLimitInit } from "../gen/envoy/config/route/v3/route_components_pb.js";
import { LocalRateLimit } from "../gen/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit_pb.js";
import type { Limit, Listener, Route } from "../model/model.js";
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
    rateLimits: [...buckets].map(([name, { paths }]) => counting(name, paths)),
    descriptors: [...buckets].map(([value, { limit }]) => ({
      entries: [{ key: "header_match", value }],
      tokenBucket: bucket(limit),
    })),
    rateLimitedAsResourceExhausted: true,
  });
}

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

function counting(name: string, { exact, prefixes, others }: Paths): RateLimitInit {
  const headers: HeaderMatcherInit[] =
    prefixes.size > 0
      ? [pathMatching([...prefixes].map((prefix) => `${quoted(prefix)}.*`))]
      : [pathMatching([...exact].map(withQuery))];
  if (others.size > 0) headers.push({ ...pathMatching([...others].map(withQuery)), invertMatch: true });
  const value = { descriptorValue: name, headers };
  return { actions: [{ actionSpecifier: { case: "headerValueMatch", value } }] };
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
