import { isIP } from "node:net";
import type { DescService } from "@bufbuild/protobuf";
import type {
  Address,
  Cause,
  ClientTls,
  Cluster,
  ControlPlane,
  EndpointLimits,
  Locality,
  Target,
} from "@protoloom/envoy";
import type * as deployed from "../input/deployment.js";
import type { Deployment, ReadDeployment } from "../input/deployment.js";
import { defaultHostOf } from "../input/proto-options.js";
import type { Reader } from "../input/shape.js";
import { AT_EDGE, allDecided, withDefaults } from "./all-decided.js";
import { byDefault, decided } from "./policy.js";

/** The clusters of the deployment file, the sidecar and the control plane. */
export function buildClusters({ deployment, places }: ReadDeployment): Cluster[] {
  const clusters = Object.entries(deployment.clusters ?? {}).map(([name, spec]) =>
    clusterOf(name, spec, places, { place: places.place(deployment.clusters!, name), why: "" }),
  );
  const { sidecar } = deployment;
  if (sidecar !== undefined) {
    const cause = { place: places.place(sidecar, "application"), why: "the application beside this sidecar" };
    clusters.push(clusterOf(APPLICATION, bare([sidecar.application]), places, cause));
  }
  return deployment.profile === "edge" ? clusters.map(atEdge) : clusters;
}

/** Strangers' calls end there: limits that nobody has set are those of Envoy's best practices for the edge. */
function atEdge(cluster: Cluster): Cluster {
  return { ...cluster, limits: withDefaults(cluster.limits, edgeLimits, AT_EDGE) };
}

/** https://www.envoyproxy.io/docs/envoy/v1.40.0/configuration/best_practices/edge */
const edgeLimits: Partial<EndpointLimits> = { buffer: 32_768, streamWindow: 65_536, connectionWindow: 1_048_576 };

/** The name of the cluster of a sidecar's application, and of the default cluster. */
export const APPLICATION = "application";

function bare(addresses: readonly Address[], tls?: ClientTls): deployed.Cluster {
  const unset = { weight: undefined, region: undefined, zone: undefined, priority: undefined, labels: undefined };
  return {
    endpoints: addresses.map((address) => ({ address, ...unset })),
    registered: undefined,
    protocol: undefined,
    loadBalancing: undefined,
    localityWeights: undefined,
    connectTimeout: undefined,
    healthCheck: undefined,
    outlierDetection: undefined,
    circuitBreaker: undefined,
    tls,
    limits: undefined,
    dnsFamily: undefined,
    spillFactor: undefined,
    panicThreshold: undefined,
    zoneAware: undefined,
    subsets: undefined,
    envoy: undefined,
  };
}

function clusterOf(name: string, spec: deployed.Cluster, places: Reader, cause: Cause): Cluster {
  const or = <K extends keyof deployed.Cluster>(key: K, value: NonNullable<deployed.Cluster[K]>, why: string) =>
    spec[key] === undefined ? byDefault(value, why) : decided(spec[key] as typeof value, places.place(spec, key));
  const maybe = <K extends keyof deployed.Cluster>(key: K, why: string) =>
    spec[key] === undefined ? byDefault(undefined, why) : decided(spec[key], places.place(spec, key));
  return {
    name,
    place: cause.place ?? "",
    cause,
    localities: localitiesOf(spec, places),
    registered: maybe("registered", "its endpoints are listed"),
    isDns: (spec.endpoints ?? []).some(({ address }) => address.path === undefined && isIP(address.host) === 0),
    protocol: or("protocol", "h2", "gRPC is spoken over HTTP/2 only"),
    loadBalancing: or("loadBalancing", "round_robin", "endpoints that are alike share calls evenly"),
    connectTimeout: or("connectTimeout", 5000, "Envoy's own default, 5 s"),
    healthCheck: healthCheckOf(spec, places),
    outlierDetection: outlierDetectionOf(spec, places),
    circuitBreaker: circuitBreakerOf(spec, places),
    tls: spec.tls,
    limits: allDecided(spec.limits, endpointLimitKeys, places),
    // by default Envoy resolves IPv6 first, and "localhost" is then ::1, where few servers listen
    dnsFamily: or("dnsFamily", "v4_preferred", "few servers listen on ::1, which localhost is first"),
    spillFactor: maybe("spillFactor", "Envoy's own default, 1.4"),
    panicThreshold: maybe("panicThreshold", "Envoy's own default, 50 %"),
    zoneAware: maybe("zoneAware", "nobody asks for it"),
    subsets: or("subsets", [], "nobody asks for it"),
    fragment: spec.envoy && { json: spec.envoy, place: places.place(spec, "envoy") },
  };
}

const endpointLimitKeys = ["age", "requests", "buffer", "streams", "streamWindow", "connectionWindow"] as const;

/** Groups endpoints of one priority, region and zone into a locality. Its weight is the sum of theirs. */
function localitiesOf({ endpoints = [], localityWeights }: deployed.Cluster, places: Reader): Locality[] {
  const groups = new Map<string, { priority: number; region: string; zone: string; endpoints: deployed.Endpoint[] }>();
  for (const endpoint of endpoints) {
    const { priority = 0, region = "", zone = "" } = endpoint;
    const key = JSON.stringify([priority, region, zone]);
    const group = groups.get(key) ?? { priority, region, zone, endpoints: [] };
    groups.set(key, group);
    group.endpoints.push(endpoint);
  }
  return [...groups.values()]
    .sort((a, b) => a.priority - b.priority)
    .map((group) => {
      const own = localityWeights?.[group.zone];
      const sum = group.endpoints.reduce((total, { weight = 1 }) => total + weight, 0);
      const weight =
        own === undefined
          ? byDefault(sum, "the sum of the weights of its endpoints, so that each gets the same share")
          : decided(own, places.place(localityWeights!, group.zone));
      return { ...group, weight };
    });
}

function healthCheckOf(spec: deployed.Cluster, places: Reader): Cluster["healthCheck"] {
  if (spec.healthCheck === undefined) return byDefault(undefined, "nobody asks for it");
  const { http, tcp, port } = spec.healthCheck;
  const { service = "", interval = 10_000, timeout = 1000, healthy = 2, unhealthy = 3 } = spec.healthCheck;
  return decided(
    { http, tcp, port, service, interval, timeout, healthy, unhealthy },
    places.place(spec, "healthCheck"),
  );
}

function outlierDetectionOf(spec: deployed.Cluster, places: Reader): Cluster["outlierDetection"] {
  if (spec.outlierDetection === undefined) return byDefault(undefined, "nobody asks for it");
  const {
    consecutiveErrors = 5,
    interval = 10_000,
    ejectionTime = 30_000,
    maxEjectionPercent = 50,
  } = spec.outlierDetection;
  const value = { consecutiveErrors, interval, ejectionTime, maxEjectionPercent };
  return decided(value, places.place(spec, "outlierDetection"));
}

function circuitBreakerOf(spec: deployed.Cluster, places: Reader): Cluster["circuitBreaker"] {
  const { connections = 1024, requests = 65_536, pending = 65_536, retryPercent = 20 } = spec.circuitBreaker ?? {};
  const value = { connections, requests, pending, retryPercent };
  if (spec.circuitBreaker !== undefined) return decided(value, places.place(spec, "circuitBreaker"));
  const why = "Envoy's 1,024 requests and 3 retries are for HTTP/1: one HTTP/2 connection carries many calls";
  return byDefault(value, why);
}

/** The discovery service: the one in the file, or one on this machine. */
export function controlPlaneOf({ deployment, places }: ReadDeployment): ControlPlane {
  const { controlPlane } = deployment;
  const addresses = controlPlane?.address ?? [{ host: "127.0.0.1", port: 18000 }];
  const cause: Cause = controlPlane
    ? { place: places.place(controlPlane, "address"), why: "" }
    : { place: undefined, why: "no control_plane is named: one on this machine is asked" };
  const cluster = clusterOf("control_plane", bare(addresses, controlPlane?.tls), noPlaces, cause);
  return { cluster, delta: controlPlane?.delta ?? false };
}

const noPlaces = { place: () => "" } as unknown as Reader; // none of its values come from a file

/** The clusters if the deployment file has none: at the services' default_host, or next to the proxy. */
export function clustersByDefault(services: readonly DescService[], deployment: Deployment): DefaultClusters {
  const clusters = new Map<string, Cluster>();
  const targets = new Map<string, { target: Target; cause: Cause }>();
  if (deployment.clusters !== undefined) return { clusters: [], targets };
  for (const desc of services) {
    const { name, spec, cause } = defaultOf(desc);
    if (!clusters.has(name)) clusters.set(name, clusterOf(name, spec, noPlaces, cause));
    targets.set(desc.typeName, { target: { cluster: name, weight: 1, place: cause.place ?? "" }, cause });
  }
  return { clusters: [...clusters.values()], targets };
}

export interface DefaultClusters {
  readonly clusters: readonly Cluster[];
  readonly targets: ReadonlyMap<string, { readonly target: Target; readonly cause: Cause }>;
}

/** The system's root certificates on Debian and its derivatives. */
const SYSTEM_ROOTS = "/etc/ssl/certs/ca-certificates.crt";

function defaultOf(desc: DescService): { name: string; spec: deployed.Cluster; cause: Cause } {
  const found = defaultHostOf(desc);
  if (found === undefined) {
    const why = "no deployment file names a cluster: the application is taken to be beside the proxy";
    return { name: APPLICATION, spec: bare([{ host: "127.0.0.1", port: 50051 }]), cause: { place: undefined, why } };
  }
  const [host = "", port = "443"] = found.host.split(":");
  const tls = { ca: SYSTEM_ROOTS, serverName: host, names: undefined, certificate: undefined, key: undefined };
  const cause = { place: found.place, why: "the service's google.api.default_host, over TLS" };
  return { name: host, spec: bare([{ host, port: Number(port) }], tls), cause };
}
