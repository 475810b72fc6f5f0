import { isIP } from "node:net";
import { registry } from "@protoloom/envoy";
import { Bootstrap } from "@protoloom/envoy/gen/envoy/config/bootstrap/v3/bootstrap_pb";
import { Cluster_DiscoveryType } from "@protoloom/envoy/gen/envoy/config/cluster/v3/cluster_pb";
import { ApiConfigSource_ApiType, ApiVersion } from "@protoloom/envoy/gen/envoy/config/core/v3/config_source_pb";
import { HttpProtocolOptions } from "@protoloom/envoy/gen/envoy/extensions/upstreams/http/v3/http_protocol_options_pb";
import { anyPack, durationFromMs } from "@protoloom/protobuf/wkt";
import { ads } from "../resources/clusters.js";

/** How a client finds its control plane, and what it says about itself. */
export interface BootstrapOptions {
  /** Addresses of control planes: `10.0.0.1:18000`. A client that loses one switches to another. */
  readonly servers: readonly string[];
  /** A unique name of this client. */
  readonly id: string;
  /** The name of its group. */
  readonly cluster?: string | undefined;
  /** The namespace whose services it sees. Default `default`. */
  readonly namespace?: string | undefined;
  /** `node.locality.region`: the region of the client, for routing by zone. */
  readonly region?: string | undefined;
  /** `node.locality.zone`: the zone of the client, for routing by zone. */
  readonly zone?: string | undefined;
  /** Sent to the control plane with each stream. */
  readonly token?: string | undefined;
}

/** The same for Envoy. */
export interface EnvoyBootstrapOptions extends BootstrapOptions {
  /** The address of Envoy's admin interface. Default: none. */
  readonly admin?: string | undefined;
  /** Whether to use the incremental variant. Default true. */
  readonly delta?: boolean | undefined;
}

/** Envoy's bootstrap configuration as ProtoJSON: `envoy -c bootstrap.json`. */
export function envoyBootstrap(options: EnvoyBootstrapOptions): string {
  const { admin, delta = true, token } = options;
  const bootstrap = new Bootstrap({
    node: nodeOf(options),
    admin: admin === undefined ? undefined : { address: addressOf(admin) },
    dynamicResources: {
      ldsConfig: ads,
      cdsConfig: ads,
      adsConfig: {
        apiType: delta ? ApiConfigSource_ApiType.DELTA_GRPC : ApiConfigSource_ApiType.GRPC,
        transportApiVersion: ApiVersion.V3,
        setNodeOnFirstMessageOnly: true,
        grpcServices: [
          {
            targetSpecifier: { case: "envoyGrpc", value: { clusterName: CONTROL_PLANE } },
            initialMetadata: token === undefined ? [] : [{ key: "authorization", value: `Bearer ${token}` }],
          },
        ],
      },
    },
    staticResources: { clusters: [controlPlaneCluster(options.servers)] },
  });
  return `${JSON.stringify(bootstrap.toJson({ registry }), undefined, 2)}\n`;
}

const CONTROL_PLANE = "control-plane";

function controlPlaneCluster(servers: readonly string[]) {
  const isDns = servers.some((server) => isIP(split(server).host) === 0);
  const lbEndpoints = servers.map((server) => ({
    hostIdentifier: { case: "endpoint" as const, value: { address: addressOf(server) } },
  }));
  return {
    name: CONTROL_PLANE,
    connectTimeout: durationFromMs(1000),
    clusterDiscoveryType: {
      case: "type",
      value: isDns ? Cluster_DiscoveryType.STRICT_DNS : Cluster_DiscoveryType.STATIC,
    },
    loadAssignment: { clusterName: CONTROL_PLANE, endpoints: [{ lbEndpoints }] },
    typedExtensionProtocolOptions: { "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": anyPack(keptAlive()) },
  } as const;
}

/** Keepalive detects a control plane that disappears without closing its connection (envoy#6323). */
function keptAlive(): HttpProtocolOptions {
  const connectionKeepalive = { interval: durationFromMs(5000), timeout: durationFromMs(3000) };
  return new HttpProtocolOptions({
    upstreamProtocolOptions: {
      case: "explicitHttpConfig",
      value: { protocolConfig: { case: "http2ProtocolOptions", value: { connectionKeepalive } } },
    },
  });
}

/** The bootstrap of a gRPC client, for GRPC_XDS_BOOTSTRAP (gRFC A27). The client uses the first server that it reaches. */
export function grpcBootstrap(options: BootstrapOptions): string {
  const servers = options.servers.map((server) => ({
    server_uri: server,
    channel_creds: [{ type: "insecure" }],
    server_features: ["xds_v3"],
  }));
  return `${JSON.stringify({ xds_servers: servers, node: nodeOf(options) }, undefined, 2)}\n`;
}

function nodeOf({ id, cluster = "", namespace = "default", region = "", zone = "" }: BootstrapOptions) {
  return { id, cluster: cluster || namespace, metadata: { namespace }, locality: { region, zone } };
}

function addressOf(address: string) {
  const { host, port } = split(address);
  return {
    address: {
      case: "socketAddress" as const,
      value: { address: host, portSpecifier: { case: "portValue" as const, value: port } },
    },
  };
}

function split(address: string): { host: string; port: number } {
  const {
    ipv6,
    host = ipv6,
    port,
  } = /^(?:\[(?<ipv6>[^\]]+)\]|(?<host>[^:]+)):(?<port>\d{1,5})$/.exec(address)?.groups ?? {};
  if (host === undefined) throw new TypeError(`invalid address ${JSON.stringify(address)}: expected host:port`);
  return { host, port: Number(port) };
}
