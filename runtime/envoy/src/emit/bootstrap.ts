import { durationFromMs } from "@protoloom/protobuf/wkt";
import { Bootstrap, type BootstrapInit } from "../gen/envoy/config/bootstrap/v3/bootstrap_pb.js";
import type { Cluster } from "../gen/envoy/config/cluster/v3/cluster_pb.js";
import {
  type ApiConfigSourceInit,
  ApiConfigSource_ApiType as ApiType,
  ApiVersion,
} from "../gen/envoy/config/core/v3/config_source_pb.js";
import type { ClusterLoadAssignment } from "../gen/envoy/config/endpoint/v3/endpoint_pb.js";
import type { Listener } from "../gen/envoy/config/listener/v3/listener_pb.js";
import type { OverloadManagerInit } from "../gen/envoy/config/overload/v3/overload_pb.js";
import type { RouteConfiguration } from "../gen/envoy/config/route/v3/route_pb.js";
import { DownstreamConnectionsConfig } from "../gen/envoy/extensions/resource_monitors/downstream_connections/v3/downstream_connections_pb.js";
import { FixedHeapConfig } from "../gen/envoy/extensions/resource_monitors/fixed_heap/v3/fixed_heap_pb.js";
import type { Secret } from "../gen/envoy/extensions/transport_sockets/tls/v3/secret_pb.js";
import type { ControlPlane, Model, Cluster as ModelCluster, Overload } from "../model/model.js";
import { portsOf, routedParts } from "../model/port.js";
import { emitAddress } from "./address.js";
import { emitCluster, emitEndpoints, isDiscovered } from "./cluster.js";
import { configSource, type Discovery } from "./discovery.js";
import { emitListener } from "./listener.js";
import { emitRoutes } from "./route.js";
import { emitSecrets } from "./secret.js";
import { extension } from "./typed-config.js";

/** The resources of a discovery service by type. Inline, listeners contain their routes and clusters their endpoints. */
export interface Resources {
  /** Envoy's `Listener`s. Their routes come by RDS or are inside, as the discovery says. */
  readonly listeners: readonly Listener[];
  /** Envoy's `RouteConfiguration`s. Empty if the listeners contain them. */
  readonly routes: readonly RouteConfiguration[];
  /** Envoy's `Cluster`s. */
  readonly clusters: readonly Cluster[];
  /** Envoy's `ClusterLoadAssignment`s. Empty if the clusters contain them. */
  readonly endpoints: readonly ClusterLoadAssignment[];
  /** Envoy's `Secret`s: the certificates and keys. */
  readonly secrets: readonly Secret[];
}

/**
 * The resources of a model: what a discovery service would serve, by type.
 *
 * @example
 * const { clusters, listeners } = emitResources(model, { kind: "ads" });
 * snapshots.set("edge", [...clusters, ...listeners].map((each) => new Resource(each.name, each)));
 */
export function emitResources(model: Model, discovery: Discovery): Resources {
  const ports = portsOf(model);
  const clusters = model.clusters.filter((cluster) => discovery.kind === "inline" || !isProxies(cluster, model));
  return {
    listeners: ports.map((port) => emitListener(port, model, discovery)),
    routes: discovery.kind === "inline" ? [] : ports.flatMap(routedParts).map(emitRoutes),
    clusters: clusters.map((cluster) => emitCluster(cluster, discovery)),
    endpoints: clusters.filter((cluster) => isDiscovered(cluster, discovery)).map(emitEndpoints),
    secrets: emitSecrets(model),
  };
}

/** Envoy's bootstrap. `folder` has the certificates for the connection to the discovery service. */
export function emitBootstrap(model: Model, discovery: Discovery, folder: string): Bootstrap {
  const { admin, home } = model;
  return new Bootstrap({
    node: {
      id: model.name,
      cluster: model.name,
      locality: home ? { region: home.region, zone: home.zone } : undefined,
    },
    clusterManager: home?.proxies === undefined ? undefined : { localClusterName: home.proxies },
    admin: admin ? { address: emitAddress(admin) } : undefined,
    overloadManager: model.overload.value ? overloadManager(model.overload.value) : undefined,
    ...(discovery.kind === "inline" ? inline(model, discovery) : dynamic(model, discovery, folder)),
  });
}

/** https://www.envoyproxy.io/docs/envoy/v1.40.0/configuration/operations/overload_manager/overload_manager */
function overloadManager({ connections, heap }: Overload): OverloadManagerInit {
  const above = (value: number) => [{ name: HEAP, triggerOneof: { case: "threshold", value: { value } } as const }];
  return {
    refreshInterval: durationFromMs(250),
    resourceMonitors: [
      extension(HEAP, new FixedHeapConfig({ maxHeapSizeBytes: BigInt(heap) })),
      extension(
        "envoy.resource_monitors.global_downstream_max_connections",
        new DownstreamConnectionsConfig({ maxActiveDownstreamConnections: BigInt(connections) }),
      ),
    ],
    actions: [
      { name: "envoy.overload_actions.shrink_heap", triggers: above(0.95) },
      { name: "envoy.overload_actions.stop_accepting_requests", triggers: above(0.98) },
    ],
  };
}

/** Envoy wants the cluster of its own kind, by which it counts zones, in its bootstrap. */
function isProxies({ name }: ModelCluster, { home }: Model): boolean {
  return name === home?.proxies;
}

const HEAP = "envoy.resource_monitors.fixed_heap";

function inline(model: Model, discovery: Discovery): BootstrapInit {
  const { listeners, clusters } = emitResources(model, discovery);
  if (!hasRegistered(model)) return { staticResources: { listeners, clusters } };
  const controlPlane = emitCluster(model.controlPlane.cluster, discovery);
  return {
    dynamicResources: { adsConfig: adsConfig(model.controlPlane) },
    staticResources: { listeners, clusters: [...clusters, controlPlane] },
  };
}

/** Whether the discovery service is asked for endpoints, wherever all else is from. */
function hasRegistered({ clusters }: Model): boolean {
  return clusters.some(({ registered }) => registered.value !== undefined);
}

function dynamic(model: Model, discovery: Discovery, folder: string): BootstrapInit {
  const { controlPlane } = model;
  const isAsked = discovery.kind === "ads" || hasRegistered(model);
  const inFile = { kind: "inline", folder } as const;
  // TCP probes detect a discovery service that disappears without closing its connection
  const clusters = [
    ...(isAsked ? [emitCluster(controlPlane.cluster, inFile)] : []),
    ...model.clusters.filter((cluster) => isProxies(cluster, model)).map((each) => emitCluster(each, inFile)),
  ];
  return {
    dynamicResources: {
      ldsConfig: configSource(discovery, "listeners"),
      cdsConfig: configSource(discovery, "clusters"),
      adsConfig: isAsked ? adsConfig(controlPlane) : undefined,
    },
    staticResources: clusters.length > 0 ? { clusters } : undefined,
  };
}

function adsConfig({ cluster, delta }: ControlPlane): ApiConfigSourceInit {
  return {
    apiType: delta ? ApiType.DELTA_GRPC : ApiType.GRPC,
    transportApiVersion: ApiVersion.V3,
    setNodeOnFirstMessageOnly: true,
    grpcServices: [
      {
        timeout: durationFromMs(0), // the stream has no time limit
        targetSpecifier: { case: "envoyGrpc", value: { clusterName: cluster.name } },
      },
    ],
  };
}
