import type { MetadataInit } from "../gen/envoy/config/core/v3/base_pb.js";
import type { Labels } from "../model/terms.js";

/** Labels where Envoy's load balancer looks for them. */
export function emitLabels(labels: Labels): MetadataInit {
  return { filterMetadata: { "envoy.lb": { ...labels } } };
}
