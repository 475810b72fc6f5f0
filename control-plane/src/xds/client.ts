import type { Node } from "@protoloom/envoy/gen/envoy/config/core/v3/base_pb";
import type { Client } from "../cache/cache.js";

/** The client that a node describes. gRPC clients call themselves `gRPC Go`, `gRPC C-core`, `gRPC Node Pure JS` (gRFC A27). */
export function clientOf({ id, cluster, metadata, userAgentName, userAgentVersionType: version }: Node): Client {
  const family = userAgentName.startsWith("gRPC") ? "grpc" : "envoy";
  const agent = version.case === "userAgentVersion" ? `${userAgentName} ${version.value}` : userAgentName;
  const named = metadata?.namespace;
  const namespace = typeof named === "string" ? named : "default";
  return { id, group: cluster, family, agent, namespace };
}
