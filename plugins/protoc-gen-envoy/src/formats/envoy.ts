import { createHash } from "node:crypto";
import type { DescMessage } from "@bufbuild/protobuf";
import { checkedJson, type Discovery, emitBootstrap, emitResources, type Model } from "@protoloom/envoy";
import { BootstrapSchema } from "@protoloom/envoy/gen/envoy/config/bootstrap/v3/bootstrap_pb";
import { ClusterSchema } from "@protoloom/envoy/gen/envoy/config/cluster/v3/cluster_pb";
import { ClusterLoadAssignmentSchema } from "@protoloom/envoy/gen/envoy/config/endpoint/v3/endpoint_pb";
import { ListenerSchema } from "@protoloom/envoy/gen/envoy/config/listener/v3/listener_pb";
import { RouteConfigurationSchema } from "@protoloom/envoy/gen/envoy/config/route/v3/route_pb";
import type { GeneratedFile } from "@protoloom/plugin-kit";
import type { JsonValue } from "@protoloom/protobuf";
import type { Options } from "../options.js";
import { toYaml } from "./yaml.js";

/** One file with all: `envoy -c envoy.yaml`. */
export function staticFormat(model: Model, { syntax }: Options): GeneratedFile[] {
  return [written("envoy", bootstrap(model, { kind: "inline" }), syntax)];
}

/** What Envoy is started with, and what a discovery service is to tell it. */
export function adsFormat(model: Model, { syntax }: Options): GeneratedFile[] {
  return [
    written("ads/bootstrap", bootstrap(model, { kind: "ads" }), syntax),
    ...Object.entries(adsResources(model)).map(([type, each]) => written(`ads/${type}`, response(each), syntax)),
  ];
}

/** The resources of a discovery service by type, as ProtoJSON. */
export function adsResources(model: Model): Record<"listeners" | "routes" | "clusters" | "endpoints", Resource[]> {
  const { listeners, routes, clusters, endpoints } = emitResources(model, { kind: "ads" });
  return {
    listeners: listeners.map((each) => resource(ListenerSchema, each)),
    routes: routes.map((each) => resource(RouteConfigurationSchema, each)),
    clusters: clusters.map((each) => resource(ClusterSchema, each)),
    endpoints: endpoints.map((each) => resource(ClusterLoadAssignmentSchema, each)),
  };
}

/** Files that Envoy watches: one that is replaced by `mv` is read again, without a restart. */
export function filesFormat(model: Model, { folder }: Options): GeneratedFile[] {
  const discovery = { kind: "files", folder: folder.replace(/\/$/, "") } as const;
  return [
    written("xds/bootstrap", bootstrap(model, discovery), "yaml"),
    ...resourceFiles(model, discovery).map(({ name, resources }) =>
      written(`xds/${name}`, response(resources), "yaml"),
    ),
  ];
}

function bootstrap(model: Model, discovery: Discovery): JsonValue {
  return checkedJson(BootstrapSchema, emitBootstrap(model, discovery));
}

export interface Resource {
  readonly "@type": string;
}

/** Files of resources: a subscription to routes, or to endpoints, takes one resource of its file. */
function resourceFiles(model: Model, discovery: Discovery): { name: string; resources: Resource[] }[] {
  const { listeners, routes, clusters, endpoints } = emitResources(model, discovery);
  return [
    { name: "listeners", resources: listeners.map((each) => resource(ListenerSchema, each)) },
    ...routes.map((each) => ({ name: `routes/${each.name}`, resources: [resource(RouteConfigurationSchema, each)] })),
    { name: "clusters", resources: clusters.map((each) => resource(ClusterSchema, each)) },
    ...endpoints.map((each) => ({
      name: `endpoints/${each.clusterName}`,
      resources: [resource(ClusterLoadAssignmentSchema, each)],
    })),
  ];
}

function resource(schema: DescMessage, message: Parameters<typeof checkedJson>[1]): Resource {
  return { "@type": `type.googleapis.com/${schema.typeName}`, ...(checkedJson(schema, message) as object) };
}

/** A discovery response. Its version is made of its content: nothing changes where nothing has changed. */
function response(resources: readonly Resource[]): JsonValue {
  const version = createHash("sha256").update(JSON.stringify(resources)).digest("hex").slice(0, 16);
  return { version_info: version, resources: resources as unknown as JsonValue[] };
}

function written(name: string, value: JsonValue, syntax: Options["syntax"]): GeneratedFile {
  const content = syntax === "json" ? `${JSON.stringify(value, undefined, 2)}\n` : toYaml(value);
  return { name: `${name}.${syntax}`, content };
}
