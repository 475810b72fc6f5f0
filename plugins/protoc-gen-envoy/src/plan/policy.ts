import type { Decided, Limit, Place, Retry, RoutePolicy } from "@protoloom/envoy";
import type { Method as MethodSpec, Service as ServiceSpec } from "../input/deployment.js";
import type { Policy } from "../input/policy.js";
import type { Reader } from "../input/shape.js";

/** Settings that protos do not have. */
type OnlyInDeployments = "fault" | "headers" | "host" | "globalRateLimit" | "session" | "subset";

/** A source of policy, for one method or several. */
export interface PolicySource {
  readonly policy: Partial<Policy> & Pick<Partial<MethodSpec & ServiceSpec>, OnlyInDeployments>;
  readonly places: Reader;
  /** Whether it applies to this method alone. Then an unsupported setting is a mistake; otherwise it is ignored. */
  readonly isOwn: boolean;
  /** Whether it applies to this service alone. */
  readonly isOfService: boolean;
  /** Whether it is a service config, which is written for clients. Settings that Envoy lacks are reported, not rejected. */
  readonly isOfClients?: boolean;
}

/** The effective setting: from the most specific source that has the key. */
export interface Said<T> {
  readonly value: T;
  readonly place: Place;
  readonly isOwn: boolean;
  readonly isOfClients: boolean;
}

type Key = keyof PolicySource["policy"] & string;

export function said<K extends Key>(
  sources: readonly PolicySource[],
  key: K,
): Said<NonNullable<PolicySource["policy"][K]>> | undefined {
  for (const { policy, places, isOwn, isOfClients = false } of sources) {
    const value = policy[key];
    if (value !== undefined) {
      return {
        value: value as NonNullable<PolicySource["policy"][K]>,
        place: places.place(policy, key),
        isOwn,
        isOfClients,
      };
    }
  }
  return undefined;
}

const DEFAULT_TIMEOUT = 15_000;

/** The idle timeout exceeds the timeout by this margin, so that the timeout ends the call and gives the reason. */
const IDLE_MARGIN = 1000;

const forEver = "a stream lives as long as its two ends want: Envoy's 15 s and 5 min are for requests";

/** The properties of a method that determine its policy. */
interface Governed {
  readonly isStreaming: boolean;
  readonly isIdempotent: boolean;
  readonly service: string;
  /** Empty for methods that are not in the proto. */
  readonly name: string;
  /** The host that backends want, if the service has no other. */
  readonly host: Said<string> | undefined;
}

/** The policy of a method. It never contains an unsafe setting, whatever the source; checks report the source. */
export function routePolicy(sources: readonly PolicySource[], method: Governed): RoutePolicy {
  return { ...times(sources, method.isStreaming), ...repetitions(sources, method), ...unconditional(sources, method) };
}

function times(sources: readonly PolicySource[], isStreaming: boolean) {
  const timeout = said(sources, "timeout");
  const idle = said(sources, "idleTimeout");
  if (isStreaming) {
    return {
      timeout: byDefault(0, "a timeout of the route would cut the stream off"),
      lifetime: timeout?.isOwn ? decided(timeout.value, timeout.place) : byDefault(0, forEver),
      idleTimeout: idle ? decided(idle.value, idle.place) : byDefault(0, forEver),
    };
  }
  const value = timeout
    ? decided(timeout.value, timeout.place)
    : byDefault(DEFAULT_TIMEOUT, "Envoy's own default, 15 s");
  return {
    timeout: value,
    lifetime: { value: value.value, cause: value.cause },
    // settings for more than this method apply to its streams
    idleTimeout: idle?.isOwn
      ? decided(idle.value, idle.place)
      : byDefault(
          value.value === 0 ? 0 : value.value + IDLE_MARGIN,
          "a second longer than the timeout, which is to decide",
        ),
  };
}

function repetitions(sources: readonly PolicySource[], { isStreaming, isIdempotent }: Governed) {
  const retry = said(sources, "retry");
  const mirror = said(sources, "mirror");
  const not = isStreaming
    ? "a stream cannot be sent again: its messages are gone"
    : "nobody says that it may happen twice: neither idempotency_level nor the deployment file";
  const canRepeat = isIdempotent && !isStreaming;
  return {
    retry: !canRepeat || retry?.value.attempts === 1 ? never(retry, not) : optional(retry, "nobody asks for it"),
    reconnect: retry
      ? decided(retry.value.attempts, retry.place)
      : byDefault(RECONNECT, "a connection that was refused has shown the call to nobody"),
    mirror: !isIdempotent
      ? byDefault([], not)
      : mirror
        ? decided(mirror.value, mirror.place)
        : byDefault([], "nobody asks for it"),
  };
}

/** The default number of attempts to connect. */
const RECONNECT = 3;

function never(retry: Said<Retry> | undefined, not: string): Decided<undefined> {
  return retry?.value.attempts === 1 ? decided(undefined, retry.place) : byDefault(undefined, not);
}

function unconditional(sources: readonly PolicySource[], method: Governed) {
  const hash = said(sources, "hash");
  const none = "nobody asks for it";
  return {
    hash: hash ? decided(hash.value, hash.place) : byDefault([], none),
    rateLimit: optional(limit(sources, method), none),
    cors: optional(said(sources, "cors"), none),
    auth: optional(said(sources, "auth"), none),
    fault: optional(said(sources, "fault"), none),
    headers: optional(said(sources, "headers"), none),
    host: optional(said(sources, "host") ?? method.host, "backends see the host that the caller has named"),
    globalRateLimit: optional(said(sources, "globalRateLimit"), none),
    session: optional(said(sources, "session"), none),
    subset: optional(said(sources, "subset"), none),
  };
}

/** A method's setting is its own limit. A service's setting is one limit for the whole service. */
function limit(sources: readonly PolicySource[], { service, name }: Governed): Said<Limit> | undefined {
  const found = said(sources, "rateLimit");
  if (found === undefined) return undefined;
  const bucket = found.isOwn ? `${service}/${name}` : service;
  return { ...found, value: { ...found.value, bucket } };
}

function optional<T>(value: Said<T> | undefined, why: string): Decided<T | undefined> {
  return value ? decided(value.value, value.place) : byDefault(undefined, why);
}

export function decided<T>(value: T, place: Place): Decided<T> {
  return { value, cause: { place, why: "" } };
}

export function byDefault<T>(value: T, why: string): Decided<T> {
  return { value, cause: { place: undefined, why } };
}
