import { type Place, retriable } from "@protoloom/envoy";
import type { Problem } from "../problem.js";
import { type Entry, type Located, parseYaml } from "./located.js";
import { type Policy, policy } from "./policy.js";
import { Reader, snake, unknownKey } from "./shape.js";

/**
 * The method settings of a gRPC service config, as a policy.
 * https://github.com/grpc/grpc/blob/master/doc/service_config.md
 */
export interface MethodConfig {
  /** Empty if it applies to all services. */
  readonly service: string;
  /** Empty if it applies to all methods of the service. */
  readonly method: string;
  readonly place: Place;
  readonly policy: Policy;
}

export interface ReadServiceConfig {
  readonly configs: readonly MethodConfig[];
  readonly places: Reader;
}

/** Reads a gRPC service config, which is JSON. Mistakes are added to `places.problems`. */
export function readServiceConfig(source: string, file: string): ReadServiceConfig {
  const places = new Reader();
  const node = parseYaml(source, file, places.problems);
  if (node) tellKeys(node, topKeys, places);
  const methods = node && entry(node, "methodConfig", "method_config");
  const configs = methods ? elements(methods.node).flatMap((each) => configsOf(each, places)) : [];
  return { configs, places };
}

function configsOf(node: Located, places: Reader): MethodConfig[] {
  tellKeys(node, methodKeys, places);
  const read = policy.read(policyNode(node, places), places);
  return elements(entry(node, "name")?.node).map((name) => ({
    service: textOf(entry(name, "service")),
    method: textOf(entry(name, "method")),
    place: name.place,
    policy: read,
  }));
}

/** Known keys: `read`, or the reason why a key is left to clients. Any other key is a mistake. */
type Keys = Readonly<Record<string, "read" | string>>;

const ofChannels = "it is for the channels of clients, and no proxy has one of these";

const topKeys: Keys = {
  methodConfig: "read",
  retryThrottling: "Envoy has a budget of retries instead, circuit_breaker.retry_percent",
  loadBalancingConfig: "it says how clients balance; load_balancing of a cluster says how Envoy does",
  loadBalancingPolicy: "it says how clients balance; load_balancing of a cluster says how Envoy does",
  healthCheckConfig: "it is for clients; health_check of a cluster is for Envoy",
};

const methodKeys: Keys = {
  name: "read",
  timeout: "read",
  retryPolicy: "read",
  hedgingPolicy: "Envoy cannot send the attempts of a gRPC call side by side with the statuses that end them",
  waitForReady: ofChannels,
  maxRequestMessageBytes: "Envoy passes messages on whatever their size is",
  maxResponseMessageBytes: "Envoy passes messages on whatever their size is",
};

const retryKeysOfClients: Keys = {
  maxAttempts: "read",
  initialBackoff: "read",
  maxBackoff: "read",
  perAttemptRecvTimeout: "read",
  retryableStatusCodes: "read",
  backoffMultiplier: "read", // Envoy's multiplier is 2; see multiplierOf
};

function tellKeys(node: Located, known: Keys, places: Reader): void {
  if (!(node.value instanceof Map)) return;
  for (const [name, { key }] of node.value) {
    const what = known[camel(name)];
    if (what === "read") continue;
    if (what === undefined) places.problems.push(unknownKey(name, key, Object.keys(known)));
    else places.problems.push(leftToClients(key, name, what));
  }
}

/** Converts snake_case, which ProtoJSON also accepts. */
function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function leftToClients(place: Place, name: string, why: string): Problem {
  const fix = "The clients that have this config do it.";
  return {
    place,
    check: "service-config-unsupported",
    text: `${name} is not done by Envoy`,
    why: `${why}.`,
    fix,
    isNote: true,
  };
}

/** The method config in the form of the deployment file. */
function policyNode(node: Located, places: Reader): Located {
  const value = new Map<string, Entry>();
  const timeout = entry(node, "timeout");
  if (timeout) value.set("timeout", timeout);
  const retry = entry(node, "retryPolicy", "retry_policy");
  const retried = retry && retryNode(retry.node, places);
  if (retried && hasStatus(retried)) value.set("retry", { key: retry.key, node: retried });
  return { place: node.place, value };
}

/** Whether any status is left that Envoy can retry on. */
function hasStatus(retry: Located): boolean {
  const on = entry(retry, "on");
  return on === undefined || elements(on.node).length > 0;
}

const retryKeys: Readonly<Record<string, string>> = {
  maxAttempts: "attempts",
  initialBackoff: "backoff",
  maxBackoff: "max_backoff",
  perAttemptRecvTimeout: "per_try_timeout",
};

function retryNode(node: Located, places: Reader): Located {
  const value = new Map<string, Entry>();
  tellKeys(node, retryKeysOfClients, places);
  const multiplier = entry(node, "backoffMultiplier", "backoff_multiplier");
  if (multiplier && multiplier.node.value !== 2)
    places.problems.push(leftToClients(multiplier.key, "backoffMultiplier", "Envoy doubles the wait each time"));
  for (const [from, to] of Object.entries(retryKeys)) {
    const found = entry(node, from, snake(from));
    if (found) value.set(to, found);
  }
  const codes = entry(node, "retryableStatusCodes", "retryable_status_codes");
  if (codes) {
    const statuses = elements(codes.node).flatMap((each) => statusOf(each, places));
    value.set("on", { key: codes.key, node: { place: codes.node.place, value: statuses } });
  }
  return { place: node.place, value };
}

/** A service config allows both numbers and upper-case names. */
const statusNumbers: Readonly<Record<string, string>> = {
  1: "cancelled",
  4: "deadline-exceeded",
  8: "resource-exhausted",
  13: "internal",
  14: "unavailable",
};

function statusOf({ place, value }: Located, places: Reader): Located[] {
  const name = statusNumbers[String(value)] ?? String(value).toLowerCase().replaceAll("_", "-");
  if (retriable.some((each) => each === name)) return [{ place, value: name }];
  places.problems.push({
    place,
    check: "retry-status",
    text: `status ${JSON.stringify(value)} is not retried by Envoy`,
    why: `Envoy retries on ${retriable.join(", ")} only.`,
    fix: "The clients that have this config retry on it.",
    isNote: true,
  });
  return [];
}

function entry(node: Located, ...names: readonly string[]): Entry | undefined {
  if (!(node.value instanceof Map)) return undefined;
  for (const name of names) if (node.value.has(name)) return node.value.get(name);
  return undefined;
}

function elements(node: Located | undefined): readonly Located[] {
  return Array.isArray(node?.value) ? (node.value as readonly Located[]) : [];
}

function textOf(found: Entry | undefined): string {
  return typeof found?.node.value === "string" ? found.node.value : "";
}
