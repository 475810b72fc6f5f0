import { durationFromMs } from "@protoloom/protobuf/wkt";
import {
  Cluster,
  type ClusterInit,
  ClusterSchema,
  Cluster_DiscoveryType as DiscoveryType,
  Cluster_DnsLookupFamily as DnsLookupFamily,
  Cluster_LbSubsetConfig_LbSubsetFallbackPolicy as FallbackPolicy,
  Cluster_LbPolicy as LbPolicy,
  Cluster_LbSubsetConfig_LbSubsetSelector_LbSubsetSelectorFallbackPolicy as SelectorFallback,
} from "../gen/envoy/config/cluster/v3/cluster_pb.js";
import type { HealthCheckInit } from "../gen/envoy/config/core/v3/health_check_pb.js";
import { ClusterLoadAssignment } from "../gen/envoy/config/endpoint/v3/endpoint_pb.js";
import {
  HttpProtocolOptions,
  type HttpProtocolOptions_ExplicitHttpConfigInit,
} from "../gen/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js";
import { CodecClientType } from "../gen/envoy/type/v3/http_pb.js";
import type * as model from "../model/model.js";
import { emitAddress } from "./address.js";
import { configSource, type Discovery } from "./discovery.js";
import { withFragment } from "./fragment.js";
import { emitLabels } from "./labels.js";
import { emitClientTls } from "./tls.js";
import { typedConfig } from "./typed-config.js";

/** A cluster. Its endpoints are inline or discovered. Host names stay inline, because Envoy itself resolves them. */
export function emitCluster(cluster: model.Cluster, discovery: Discovery): Cluster {
  const { name, protocol, healthCheck } = cluster;
  const emitted = new Cluster({
    name,
    connectTimeout: durationFromMs(cluster.connectTimeout.value),
    ...endpointsOf(cluster, discovery),
    ...balancing[cluster.loadBalancing.value],
    commonLbConfig: commonBalancing(cluster),
    lbSubsetConfig: cluster.subsets.value.length > 0 ? subsetsOf(cluster.subsets.value) : undefined,
    typedExtensionProtocolOptions: { [PROTOCOL_OPTIONS]: typedConfig(protocolOptions(cluster)) },
    upstreamConnectionOptions: { tcpKeepalive },
    healthChecks: healthCheck.value ? [healthCheckOf(healthCheck.value, protocol.value)] : [],
    // otherwise a removed endpoint receives calls as long as its health checks pass
    ignoreHealthOnHostRemoval: healthCheck.value !== undefined,
    outlierDetection: outlierDetectionOf(cluster.outlierDetection.value),
    circuitBreakers: circuitBreakersOf(cluster.circuitBreaker.value),
    transportSocket: cluster.tls ? emitClientTls(cluster.tls, protocol.value, discovery) : undefined,
    perConnectionBufferLimitBytes: cluster.limits.buffer.value,
  });
  return withFragment(ClusterSchema, Cluster, emitted, cluster.fragment);
}

const PROTOCOL_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

/** Whether endpoints are discovered separately from their cluster, which is possible for IP addresses. */
export function isDiscovered({ isDns, registered }: model.Cluster, { kind }: Discovery): boolean {
  return kind !== "inline" && !isDns && registered.value === undefined;
}

function endpointsOf(cluster: model.Cluster, discovery: Discovery): ClusterInit {
  if (cluster.registered.value !== undefined) {
    return {
      clusterDiscoveryType: { case: "type", value: DiscoveryType.EDS },
      edsClusterConfig: { edsConfig: configSource({ kind: "ads" }, ""), serviceName: cluster.registered.value },
    };
  }
  if (isDiscovered(cluster, discovery)) {
    return {
      clusterDiscoveryType: { case: "type", value: DiscoveryType.EDS },
      edsClusterConfig: { edsConfig: configSource(discovery, `endpoints/${cluster.name}`) },
    };
  }
  return {
    clusterDiscoveryType: { case: "type", value: cluster.isDns ? DiscoveryType.STRICT_DNS : DiscoveryType.STATIC },
    loadAssignment: emitEndpoints(cluster),
    ...(cluster.isDns ? { dnsLookupFamily: families[cluster.dnsFamily.value] } : {}),
  };
}

const families = {
  v4: DnsLookupFamily.V4_ONLY,
  v6: DnsLookupFamily.V6_ONLY,
  v4_preferred: DnsLookupFamily.V4_PREFERRED,
  auto: DnsLookupFamily.AUTO,
  all: DnsLookupFamily.ALL,
};

/** Weights of localities, or nearness of zones, and what happens when few endpoints are healthy. */
function commonBalancing(cluster: model.Cluster): ClusterInit["commonLbConfig"] {
  const { value: aware } = cluster.zoneAware;
  const { value: panic } = cluster.panicThreshold;
  const localityConfigSpecifier = localitiesOf(cluster, aware);
  if (localityConfigSpecifier === undefined && panic === undefined) return undefined;
  return { localityConfigSpecifier, healthyPanicThreshold: panic === undefined ? undefined : { value: panic } };
}

function localitiesOf(
  cluster: model.Cluster,
  aware: model.ZoneAware | undefined,
): NonNullable<ClusterInit["commonLbConfig"]>["localityConfigSpecifier"] {
  if (aware === undefined) {
    return hasLocalities(cluster) ? { case: "localityWeightedLbConfig", value: {} } : undefined;
  }
  const routingEnabled = aware.percent === undefined ? undefined : { value: aware.percent };
  const minClusterSize = aware.minimum === undefined ? undefined : BigInt(aware.minimum);
  return { case: "zoneAwareLbConfig", value: { routingEnabled, minClusterSize } };
}

/** A call that asks for labels that no endpoint has fails: any other endpoint would be the wrong one. */
function subsetsOf(subsets: readonly (readonly string[])[]): ClusterInit["lbSubsetConfig"] {
  return {
    fallbackPolicy: FallbackPolicy.ANY_ENDPOINT,
    subsetSelectors: subsets.map((keys) => ({ keys: [...keys], fallbackPolicy: SelectorFallback.NO_FALLBACK })),
  };
}

const balancing: Readonly<Record<model.Cluster["loadBalancing"]["value"], ClusterInit>> = {
  round_robin: { lbPolicy: LbPolicy.ROUND_ROBIN },
  least_request: { lbPolicy: LbPolicy.LEAST_REQUEST },
  ring_hash: { lbPolicy: LbPolicy.RING_HASH },
  maglev: { lbPolicy: LbPolicy.MAGLEV },
  random: { lbPolicy: LbPolicy.RANDOM },
};

/** Whether to enable locality weights, which a single locality does not need. */
function hasLocalities({ localities }: model.Cluster): boolean {
  return new Set(localities.map(({ region, zone }) => `${region}/${zone}`)).size > 1;
}

/**
 * A connection that was idle for 30 s is pinged before its next call. Periodic pings would end idle streams: gRPC servers
 * allow one ping in five minutes, and answer more with GOAWAY "too_many_pings".
 * https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md
 */
const keepalive = { connectionIdleInterval: durationFromMs(30_000), timeout: durationFromMs(5000) };

/** TCP probes, which servers do not limit, detect an endpoint that disappears silently: streams have no timeout. */
const tcpKeepalive = { keepaliveProbes: 3, keepaliveTime: 30, keepaliveInterval: 5 };

function protocolOptions({ protocol, limits }: model.Cluster): HttpProtocolOptions {
  const { age, requests, streams, streamWindow, connectionWindow } = limits;
  const h2 = {
    connectionKeepalive: keepalive,
    maxConcurrentStreams: streams.value,
    initialStreamWindowSize: streamWindow.value,
    initialConnectionWindowSize: connectionWindow.value,
  };
  const isLimited = age.value !== undefined || requests.value !== undefined;
  const protocolConfig: HttpProtocolOptions_ExplicitHttpConfigInit["protocolConfig"] =
    protocol.value === "h2" ? { case: "http2ProtocolOptions", value: h2 } : { case: "httpProtocolOptions", value: {} };
  return new HttpProtocolOptions({
    upstreamProtocolOptions: { case: "explicitHttpConfig", value: { protocolConfig } },
    commonHttpProtocolOptions: isLimited
      ? {
          maxConnectionDuration: age.value === undefined ? undefined : durationFromMs(age.value),
          maxRequestsPerConnection: requests.value,
        }
      : undefined,
  });
}

function healthCheckOf(check: model.HealthCheck, protocol: "h2" | "http1"): HealthCheckInit {
  const { interval, timeout, healthy, unhealthy } = check;
  return {
    interval: durationFromMs(interval),
    noTrafficInterval: durationFromMs(interval), // the default is 60 s until the first call
    timeout: durationFromMs(timeout),
    healthyThreshold: healthy,
    unhealthyThreshold: unhealthy,
    healthChecker: checkerOf(check, protocol),
  };
}

function checkerOf(
  { http, tcp, service }: model.HealthCheck,
  protocol: "h2" | "http1",
): NonNullable<HealthCheckInit["healthChecker"]> {
  if (tcp) return { case: "tcpHealthCheck", value: {} } as const;
  if (http === undefined) return { case: "grpcHealthCheck", value: { serviceName: service } } as const;
  const codecClientType = protocol === "h2" ? CodecClientType.HTTP2 : CodecClientType.HTTP1;
  return { case: "httpHealthCheck", value: { path: http, codecClientType } } as const;
}

/**
 * Envoy maps gRPC statuses to HTTP statuses: UNKNOWN, UNIMPLEMENTED and DATA_LOSS become 5xx. Callers can provoke these
 * application errors, which would eject healthy endpoints. So only gateway errors count: UNAVAILABLE and broken connections,
 * and a server's own DEADLINE_EXCEEDED. Envoy 1.40 cannot separate that: it does not ask
 * `HttpProtocolOptions.outlier_detection.error_matcher` about gRPC requests, and with `split_external_local_origin_errors`
 * neither resets nor timeouts eject any more.
 */
function outlierDetectionOf(value: model.OutlierDetection | undefined): ClusterInit["outlierDetection"] {
  if (value === undefined) return undefined;
  return {
    consecutive5xx: value.consecutiveErrors,
    enforcingConsecutive5xx: 0,
    consecutiveGatewayFailure: value.consecutiveErrors,
    enforcingConsecutiveGatewayFailure: 100,
    interval: durationFromMs(value.interval),
    baseEjectionTime: durationFromMs(value.ejectionTime),
    maxEjectionPercent: value.maxEjectionPercent,
  };
}

function circuitBreakersOf({ connections, requests, pending, retryPercent }: model.CircuitBreaker) {
  return {
    thresholds: [
      {
        maxConnections: connections,
        maxRequests: requests,
        maxPendingRequests: pending,
        retryBudget: { budgetPercent: { value: retryPercent }, minRetryConcurrency: 10 },
      },
    ],
  };
}

/** The endpoints of a cluster. A check ensures that priorities are numbered from 0 without gaps. */
export function emitEndpoints(cluster: model.Cluster): ClusterLoadAssignment {
  const { name, localities, spillFactor, healthCheck } = cluster;
  const portValue = healthCheck.value?.port;
  return new ClusterLoadAssignment({
    clusterName: name,
    policy:
      spillFactor.value === undefined ? undefined : { overprovisioningFactor: Math.round(spillFactor.value * 100) },
    endpoints: localities.map(({ priority, region, zone, weight, endpoints }) => ({
      priority,
      locality: { region, zone }, // gRPC clients reject endpoints without a locality, even an empty one
      loadBalancingWeight: weight.value,
      lbEndpoints: endpoints.map(({ address, weight: own, labels }) => ({
        hostIdentifier: {
          case: "endpoint",
          value: {
            address: emitAddress(address),
            healthCheckConfig: portValue === undefined ? undefined : { portValue },
          },
        },
        metadata: labels ? emitLabels(labels) : undefined,
        loadBalancingWeight: own,
      })),
    })),
  });
}
