import {
  Cluster,
  Cluster_DiscoveryType,
  Cluster_LbPolicy,
} from "@protoloom/envoy/gen/envoy/config/cluster/v3/cluster_pb";
import { ApiVersion, type ConfigSourceInit } from "@protoloom/envoy/gen/envoy/config/core/v3/config_source_pb";
import { HttpProtocolOptions } from "@protoloom/envoy/gen/envoy/extensions/upstreams/http/v3/http_protocol_options_pb";
import { anyPack, durationFromMs } from "@protoloom/protobuf/wkt";
import type { Client } from "../cache/cache.js";
import { Resource } from "../cache/resource.js";

/** Resources from the same server, on the same stream. */
export const ads: ConfigSourceInit = {
  configSourceSpecifier: { case: "ads", value: {} },
  resourceApiVersion: ApiVersion.V3,
};

/** The cluster of a service, or of one of its versions: `shop.v1.Orders`, `shop.v1.Orders/v2`. */
export function clusterName(service: string, version: string): string {
  return version === "" ? service : `${service}/${version}`;
}

export function clusterOf(name: string, family: Client["family"], cause: string): Resource {
  const base = {
    name,
    connectTimeout: durationFromMs(5000),
    clusterDiscoveryType: { case: "type", value: Cluster_DiscoveryType.EDS },
    edsClusterConfig: { edsConfig: ads },
    lbPolicy: Cluster_LbPolicy.ROUND_ROBIN,
  } as const;
  if (family === "grpc") return new Resource(name, new Cluster(base), { cause });
  return new Resource(
    name,
    new Cluster({
      ...base,
      typedExtensionProtocolOptions: { "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": anyPack(http2()) },
      ignoreHealthOnHostRemoval: true,
    }),
    { cause },
  );
}

/** HTTP/2 for gRPC. A ping every 30 s detects an instance that disappears without closing its connection. */
function http2(): HttpProtocolOptions {
  const connectionKeepalive = { interval: durationFromMs(30_000), timeout: durationFromMs(5000) };
  return new HttpProtocolOptions({
    upstreamProtocolOptions: {
      case: "explicitHttpConfig",
      value: { protocolConfig: { case: "http2ProtocolOptions", value: { connectionKeepalive } } },
    },
  });
}
