import { ApiVersion, ConfigSource } from "../gen/envoy/config/core/v3/config_source_pb.js";

/**
 * Where a resource finds the resources that it refers to: inline, at the discovery service, or in files. With inline
 * resources, certificates are still files below the same folder.
 */
export type Discovery =
  | { readonly kind: "inline"; readonly folder: string }
  | { readonly kind: "ads" }
  | { readonly kind: "files"; readonly folder: string };

/** The source of resources. `name` is their file below the folder, without its extension. */
export function configSource(discovery: Discovery, name: string): ConfigSource {
  if (discovery.kind === "ads") {
    return new ConfigSource({ configSourceSpecifier: { case: "ads", value: {} }, resourceApiVersion: ApiVersion.V3 });
  }
  const path = discovery.folder === "" ? `${name}.yaml` : `${discovery.folder}/${name}.yaml`;
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".";
  return new ConfigSource({
    // also detects files that are written in place instead of moved
    configSourceSpecifier: {
      case: "pathConfigSource",
      value: { path, watchedDirectory: { path: folder, watchModify: true } },
    },
    resourceApiVersion: ApiVersion.V3,
  });
}
