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

/** A cluster; its endpoints are in it, or are discovered where they can be: host names are looked up by Envoy itself. */
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
    // else a removed endpoint gets calls as long as its checks are good
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

/** Whether endpoints are discovered apart from their cluster: those with IP addresses can be. */
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
    // by default Envoy asks for IPv6 first, and "localhost" is ::1, where few servers listen
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

/** Weights of localities count only when they are asked for, which is needless where there is one. */
function hasLocalities({ localities }: model.Cluster): boolean {
  return new Set(localities.map(({ region, zone }) => `${region}/${zone}`)).size > 1;
}

/**
 * A connection that was idle for half a minute is asked by a ping before it gets another call. Pings by the clock would end
 * idle streams: servers of gRPC allow one in five minutes, and answer more with GOAWAY "too_many_pings".
 * https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md
 */
const keepalive = { connectionIdleInterval: durationFromMs(30_000), timeout: durationFromMs(5000) };

/** Probes of TCP, which no server counts, notice an endpoint that is gone without a word: streams have no timeout. */
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
    noTrafficInterval: durationFromMs(interval), // else 60 s until the first call
    timeout: durationFromMs(timeout),
    healthyThreshold: healthy,
    unhealthyThreshold: unhealthy,
    healthChecker: { case: "grpcHealthCheck", value: { serviceName: service } },
  } as const;
}

/**
 * Envoy sees a gRPC status as an HTTP status: UNKNOWN, UNIMPLEMENTED and DATA_LOSS are 5xx. These are answers of the
 * application, which callers can provoke: they would take healthy endpoints out. UNAVAILABLE, and a connection that breaks,
 * are errors of a gateway; so is a DEADLINE_EXCEEDED that the server itself answers, which Envoy cannot tell from them.
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

/** The endpoints of a cluster. Priorities are numbered from 0 without gaps: a check refuses others. */
export function emitEndpoints({ name, localities }: model.Cluster): ClusterLoadAssignment {
  return new ClusterLoadAssignment({
    clusterName: name,
    endpoints: localities.map(({ priority, region, zone, weight, endpoints }) => ({
      priority,
      locality: { region, zone }, // clients of gRPC refuse endpoints without one, if it is empty
      loadBalancingWeight: weight.value,
      lbEndpoints: endpoints.map(({ address, weight: own }) => ({
        hostIdentifier: { case: "endpoint", value: { address: emitAddress(address) } },
        loadBalancingWeight: own,
      })),
    })),
  });
}
