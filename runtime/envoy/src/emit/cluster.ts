import { durationFromMs } from "@protoloom/protobuf/wkt";
import {
  Cluster,
  type ClusterInit,
  Cluster_DiscoveryType as DiscoveryType,
  Cluster_DnsLookupFamily as DnsLookupFamily,
  Cluster_LbPolicy as LbPolicy,
} from "../gen/envoy/config/cluster/v3/cluster_pb.js";
import { ClusterLoadAssignment } from "../gen/envoy/config/endpoint/v3/endpoint_pb.js";
import {
  HttpProtocolOptions,
  type HttpProtocolOptions_ExplicitHttpConfigInit,
} from "../gen/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js";
import type * as model from "../model/model.js";
import { emitAddress } from "./address.js";
import { configSource, type Discovery } from "./discovery.js";
import { withFragment } from "./fragment.js";
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
    commonLbConfig: hasLocalities(cluster)
      ? { localityConfigSpecifier: { case: "localityWeightedLbConfig", value: {} } }
      : undefined,
    typedExtensionProtocolOptions: { [PROTOCOL_OPTIONS]: typedConfig(protocolOptions(cluster)) },
    upstreamConnectionOptions: { tcpKeepalive },
    healthChecks: healthCheck.value ? [healthCheckOf(healthCheck.value)] : [],
    // otherwise a removed endpoint receives calls as long as its health checks pass
    ignoreHealthOnHostRemoval: healthCheck.value !== undefined,
    outlierDetection: outlierDetectionOf(cluster.outlierDetection.value),
    circuitBreakers: circuitBreakersOf(cluster.circuitBreaker.value),
    transportSocket: cluster.tls ? emitClientTls(cluster.tls, protocol.value, discovery) : undefined,
    perConnectionBufferLimitBytes: cluster.isEdge ? EDGE_BUFFER : undefined,
  });
  return withFragment(Cluster, emitted, cluster.fragment);
}

/** https://www.envoyproxy.io/docs/envoy/v1.40.0/configuration/best_practices/edge */
export const EDGE_BUFFER = 32_768;
export const edgeWindows = {
  maxConcurrentStreams: 100,
  initialStreamWindowSize: 65_536,
  initialConnectionWindowSize: 1_048_576,
};

const PROTOCOL_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

/** Whether endpoints are discovered separately from their cluster, which is possible for IP addresses. */
export function isDiscovered({ isDns }: model.Cluster, { kind }: Discovery): boolean {
  return kind !== "inline" && !isDns;
}

function endpointsOf(cluster: model.Cluster, discovery: Discovery): ClusterInit {
  if (isDiscovered(cluster, discovery)) {
    return {
      clusterDiscoveryType: { case: "type", value: DiscoveryType.EDS },
      edsClusterConfig: { edsConfig: configSource(discovery, `endpoints/${cluster.name}`) },
    };
  }
  return {
    clusterDiscoveryType: { case: "type", value: cluster.isDns ? DiscoveryType.STRICT_DNS : DiscoveryType.STATIC },
    loadAssignment: emitEndpoints(cluster),
    // by default Envoy resolves IPv6 first, and "localhost" is then ::1, where few servers listen
    ...(cluster.isDns ? { dnsLookupFamily: DnsLookupFamily.V4_PREFERRED } : {}),
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

function protocolOptions({ protocol, isEdge }: model.Cluster): HttpProtocolOptions {
  const h2 = { connectionKeepalive: keepalive, ...(isEdge ? edgeWindows : {}) };
  const protocolConfig: HttpProtocolOptions_ExplicitHttpConfigInit["protocolConfig"] =
    protocol.value === "h2" ? { case: "http2ProtocolOptions", value: h2 } : { case: "httpProtocolOptions", value: {} };
  return new HttpProtocolOptions({
    upstreamProtocolOptions: { case: "explicitHttpConfig", value: { protocolConfig } },
  });
}

function healthCheckOf({ service, interval, timeout, healthy, unhealthy }: model.HealthCheck) {
  return {
    interval: durationFromMs(interval),
    noTrafficInterval: durationFromMs(interval), // the default is 60 s until the first call
    timeout: durationFromMs(timeout),
    healthyThreshold: healthy,
    unhealthyThreshold: unhealthy,
    healthChecker: { case: "grpcHealthCheck", value: { serviceName: service } },
  } as const;
}

/**
 * Envoy maps gRPC statuses to HTTP statuses: UNKNOWN, UNIMPLEMENTED and DATA_LOSS become 5xx. Callers can provoke these
 * application errors, which would eject healthy endpoints. So only gateway errors count: UNAVAILABLE and broken connections,
 * and a server's own DEADLINE_EXCEEDED, which Envoy cannot distinguish from them.
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
export function emitEndpoints({ name, localities }: model.Cluster): ClusterLoadAssignment {
  return new ClusterLoadAssignment({
    clusterName: name,
    endpoints: localities.map(({ priority, region, zone, weight, endpoints }) => ({
      priority,
      locality: { region, zone }, // gRPC clients reject endpoints without a locality, even an empty one
      loadBalancingWeight: weight.value,
      lbEndpoints: endpoints.map(({ address, weight: own }) => ({
        hostIdentifier: { case: "endpoint", value: { address: emitAddress(address) } },
        loadBalancingWeight: own,
      })),
    })),
  });
}
