import { isIP } from "node:net";
import { durationFromMs, durationMs } from "@protoloom/protobuf/wkt";
import { Code, StatusError } from "@protoloom/rpc";
import { Instance, Status } from "../gen/protoloom/registry/v1/registry_pb.js";
import { checkName, DEFAULT_NAMESPACE } from "./instance-key.js";
import type { Limits } from "./limits.js";

const DEFAULT_TTL_MS = 10_000;

/** The origin of a registration. It fills in the parts that the registration omits. */
export interface Origin {
  readonly namespace?: string | undefined;
  /** An address such as `10.0.0.1:50312`. */
  readonly peer?: string | undefined;
}

/** The instance as it is stored: complete, and within the limits. Throws INVALID_ARGUMENT. */
export function checkedInstance(given: Instance | undefined, origin: Origin, limits: Limits): Instance {
  if (given === undefined) throw invalid("there is no instance");
  const host = given.host || hostOf(origin.peer ?? "");
  if (isIP(host) === 0) throw invalid(`invalid host ${JSON.stringify(host)}: expected an IP address`);
  if (given.port < 1 || given.port > 65_535) throw invalid(`invalid port ${given.port}: expected 1 to 65535`);
  if (given.weight > 1_000_000) throw invalid(`invalid weight ${given.weight}: the limit is 1000000`);
  if (given.version !== "") checkName("version", given.version);
  checkMetadata(given.metadata, limits);
  return new Instance({
    ...given,
    namespace: checkName("namespace", given.namespace || origin.namespace || DEFAULT_NAMESPACE),
    service: checkName("service", given.service),
    id: checkName("id", given.id || `${host}:${given.port}`),
    host,
    weight: given.weight || 1,
    ttl: durationFromMs(ttlOf(given, limits)),
    status: given.status === Status.DRAINING || given.status === Status.UNHEALTHY ? given.status : Status.HEALTHY,
    reason: "",
    registeredAt: undefined,
  });
}

export function ttlOf({ ttl }: Instance, { minTtl, maxTtl }: Limits): number {
  return Math.min(maxTtl, Math.max(minTtl, ttl === undefined ? DEFAULT_TTL_MS : durationMs(ttl)));
}

function checkMetadata(metadata: Readonly<Record<string, string>>, { maxMetadata, maxMetadataBytes }: Limits): void {
  const entries = Object.entries(metadata);
  if (entries.length > maxMetadata) throw invalid(`${entries.length} entries of metadata, the limit is ${maxMetadata}`);
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (bytes > maxMetadataBytes) throw invalid(`metadata of ${bytes} bytes, the limit is ${maxMetadataBytes}`);
}

/** `10.0.0.1` of `10.0.0.1:50312`. An IPv4-mapped IPv6 address becomes IPv4. */
function hostOf(peer: string): string {
  const host = peer.slice(0, Math.max(0, peer.lastIndexOf(":")));
  return host.startsWith("::ffff:") ? host.slice(7) : host;
}

function invalid(text: string): StatusError {
  return new StatusError(Code.InvalidArgument, text);
}
