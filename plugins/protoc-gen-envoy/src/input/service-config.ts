import { type Place, retriable } from "@protoloom/envoy";
import type { Problem } from "../problem.js";
import { type Entry, type Located, parseYaml } from "./located.js";
import { type Policy, policy } from "./policy.js";
import { Reader } from "./shape.js";

/**
 * What a gRPC service config says of methods, in the words of a policy.
 * https://github.com/grpc/grpc/blob/master/doc/service_config.md
 */
export interface MethodConfig {
  /** Empty for all services. */
  readonly service: string;
  /** Empty for all methods of the service. */
  readonly method: string;
  readonly place: Place;
  readonly policy: Policy;
}

export interface ReadServiceConfig {
  readonly configs: readonly MethodConfig[];
  readonly places: Reader;
}

/** Reads a gRPC service config, which is JSON. What is wrong in it is among `places.problems`. */
export function readServiceConfig(source: string, file: string): ReadServiceConfig {
  const places = new Reader();
  const node = parseYaml(source, file, places.problems);
  const methods = node && entry(node, "methodConfig", "method_config");
  const configs = methods ? elements(methods.node).flatMap((each) => configsOf(each, places)) : [];
  return { configs, places };
}

function configsOf(node: Located, places: Reader): MethodConfig[] {
  for (const [name, why] of unsupported) {
    const found = entry(node, name);
    if (found !== undefined) places.problems.push(refused(found.key, name, why));
  }
  const read = policy.read(policyNode(node, places), places);
  return elements(entry(node, "name")?.node).map((name) => ({
    service: textOf(entry(name, "service")),
    method: textOf(entry(name, "method")),
    place: name.place,
    policy: read,
  }));
}

const unsupported: readonly [key: string, why: string][] = [
  ["hedgingPolicy", "Envoy cannot send the attempts of a gRPC call side by side with the statuses that end them."],
];

function refused(place: Place, name: string, why: string): Problem {
  const fix = "Leave it to the clients: give them this config, and Envoy another without it.";
  return { place, check: "service-config-unsupported", text: `${name} cannot be done by Envoy`, why, fix };
}

/** The method config as the deployment file would say it. */
function policyNode(node: Located, places: Reader): Located {
  const value = new Map<string, Entry>();
  const timeout = entry(node, "timeout");
  if (timeout) value.set("timeout", timeout);
  const retry = entry(node, "retryPolicy", "retry_policy");
  if (retry) value.set("retry", { key: retry.key, node: retryNode(retry.node, places) });
  return { place: node.place, value };
}

const retryKeys: Readonly<Record<string, string>> = {
  maxAttempts: "attempts",
  initialBackoff: "backoff",
  maxBackoff: "max_backoff",
  perAttemptRecvTimeout: "per_try_timeout",
};

function retryNode(node: Located, places: Reader): Located {
  const value = new Map<string, Entry>();
  for (const [from, to] of Object.entries(retryKeys)) {
    const found = entry(node, from);
    if (found) value.set(to, found);
  }
  const codes = entry(node, "retryableStatusCodes");
  if (codes) {
    const statuses = elements(codes.node).flatMap((each) => statusOf(each, places));
    value.set("on", { key: codes.key, node: { place: codes.node.place, value: statuses } });
  }
  return { place: node.place, value };
}

/** Numbers and names in capitals are both allowed there. */
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
    text: `status ${JSON.stringify(value)} cannot be retried by Envoy`,
    why: `Envoy retries on ${retriable.join(", ")} only.`,
    fix: "Leave this status out, or let the clients retry on it.",
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
