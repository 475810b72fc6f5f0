import type { Decided, Limit, Place, Retry, RoutePolicy } from "@protoloom/envoy";
import type { Method as MethodSpec, Service as ServiceSpec } from "../input/deployment.js";
import type { Policy } from "../input/policy.js";
import type { Reader } from "../input/shape.js";

/** Something that says how calls are governed: of one method, or of more. */
export interface PolicySource {
  readonly policy: Partial<Policy> & Pick<Partial<MethodSpec & ServiceSpec>, "fault">;
  readonly places: Reader;
  /** Whether it speaks of this method alone: then what cannot be done is a mistake, and else it is just not done. */
  readonly isOwn: boolean;
  /** Whether it speaks of this service alone. */
  readonly isOfService: boolean;
  /** Whether it is a service config, which is written for clients: what Envoy cannot do of it is told, and not refused. */
  readonly isOfClients?: boolean;
}

/** What of a source counts: the first that has the key, most special first. */
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

/** How long a call may be silent beyond its timeout: the timeout is to end it, and say why. */
const IDLE_MARGIN = 1000;

const forEver = "a stream lives as long as its two ends want: Envoy's 15 s and 5 min are for requests";

/** What decides how a method can be governed. */
interface Governed {
  readonly isStreaming: boolean;
  readonly isIdempotent: boolean;
  readonly service: string;
  /** Empty for methods that the proto does not have. */
  readonly name: string;
}

/** How a method is governed. Nothing that is unsafe is ever decided here, whoever says it: checks report who did. */
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
    // what is said of more than this method is for their streams
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

/** Attempts to get a connection, where nobody says how many. */
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
  };
}

/** What is said of a method is its own limit; what is said of services is one limit for each of them. */
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
