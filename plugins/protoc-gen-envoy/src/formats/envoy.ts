import { createHash } from "node:crypto";
import type { DescMessage } from "@bufbuild/protobuf";
import {
  canonicalJson,
  checkedJson,
  type Discovery,
  emitBootstrap,
  emitResources,
  emitSecrets,
  type Model,
  type Resources,
  type Route,
} from "@protoloom/envoy";
import { BootstrapSchema } from "@protoloom/envoy/gen/envoy/config/bootstrap/v3/bootstrap_pb";
import { ClusterSchema } from "@protoloom/envoy/gen/envoy/config/cluster/v3/cluster_pb";
import { ClusterLoadAssignmentSchema } from "@protoloom/envoy/gen/envoy/config/endpoint/v3/endpoint_pb";
import { ListenerSchema } from "@protoloom/envoy/gen/envoy/config/listener/v3/listener_pb";
import { RouteConfigurationSchema } from "@protoloom/envoy/gen/envoy/config/route/v3/route_pb";
import { SecretSchema } from "@protoloom/envoy/gen/envoy/extensions/transport_sockets/tls/v3/secret_pb";
import type { GeneratedFile } from "@protoloom/plugin-kit";
import type { JsonValue } from "@protoloom/protobuf";
import type { Options } from "../options.js";
import { toYaml } from "./yaml.js";

/** A single file with everything: `envoy -c envoy.yaml`. */
export function staticFormat(model: Model, { syntax, folder }: Options): GeneratedFile[] {
  const discovery = { kind: "inline", folder: withoutSlash(folder) } as const;
  return [written("envoy", bootstrap(model, discovery, discovery.folder), syntax), ...secretFiles(model, "")];
}

/** A file for each certificate: Envoy reads it again when it changes. */
function secretFiles(model: Parameters<typeof emitSecrets>[0], below: string): GeneratedFile[] {
  return emitSecrets(model).map((each) =>
    written(`${below}secrets/${each.name}`, response([resource(SecretSchema, each)]), "yaml"),
  );
}

/** The default folder in which Envoy finds the files. */
const FOLDER = "/etc/envoy/xds";

function withoutSlash(folder: string): string {
  return folder.replace(/\/$/, "");
}

/** Envoy's bootstrap, and the resources that a discovery service serves. */
export function adsFormat(model: Model, { syntax, folder }: Options): GeneratedFile[] {
  const local = withoutSlash(folder || FOLDER);
  const resources = Object.entries(adsResources(model));
  const checked = Object.fromEntries(resources.map(([type, each]) => [type, hashOf(canonicalJson(toJson(each)))]));
  return [
    written("ads/bootstrap", bootstrap(model, { kind: "ads" }, local), syntax),
    ...secretFiles({ listeners: [], clusters: [model.controlPlane.cluster] }, "ads/"),
    ...resources.map(([type, each]) => written(`ads/${type}`, response(each), syntax)),
    written("ads/causes", { checked, ...causes(model), lines: routeLines(model) }, syntax),
  ];
}

/** The line that each resource comes from, by type and name. A control plane shows it when a client refuses the resource. */
function causes(model: Model): Record<keyof Omit<Resources, "secrets">, JsonValue> {
  const { listeners, routes, clusters, endpoints } = emitResources(model, { kind: "ads" });
  const places = new Map(model.listeners.map(({ name, place }) => [name, place]));
  for (const { name, place } of model.clusters) places.set(`cluster ${name}`, place);
  const placed = (names: readonly string[], prefix = ""): JsonValue =>
    Object.fromEntries(
      names.flatMap((name) => (places.has(prefix + name) ? [[name, places.get(prefix + name)!]] : [])),
    );
  return {
    listeners: placed(listeners.map(({ name }) => name ?? "")),
    routes: placed(routes.map(({ name }) => name ?? "")),
    clusters: placed(
      clusters.map(({ name }) => name ?? ""),
      "cluster ",
    ),
    endpoints: placed(
      endpoints.map(({ clusterName }) => clusterName ?? ""),
      "cluster ",
    ),
  };
}

/** The lines of the proto and the deployment file that each route comes from, by virtual host and route. */
function routeLines({ listeners }: Model): JsonValue {
  return Object.fromEntries(
    listeners.map(({ name, routes }) => [
      name,
      Object.fromEntries(routes.map((route) => [route.name, linesOf(route)])),
    ]),
  );
}

function linesOf({ method, condition, cause }: Route): string {
  const places = [method?.place, condition?.place ?? cause.place].filter(
    (place) => place !== undefined && place !== "",
  );
  return [...new Set(places)].join(", ");
}

/** The resources of a discovery service by type, as ProtoJSON. */
export function adsResources(model: Model): Record<keyof Resources, Resource[]> {
  const { listeners, routes, clusters, endpoints, secrets } = emitResources(model, { kind: "ads" });
  return {
    listeners: listeners.map((each) => resource(ListenerSchema, each)),
    routes: routes.map((each) => resource(RouteConfigurationSchema, each)),
    clusters: clusters.map((each) => resource(ClusterSchema, each)),
    endpoints: endpoints.map((each) => resource(ClusterLoadAssignmentSchema, each)),
    secrets: secrets.map((each) => resource(SecretSchema, each)),
  };
}

/** Files that Envoy watches. A file replaced by `mv` is reloaded without a restart. */
export function filesFormat(model: Model, { folder }: Options): GeneratedFile[] {
  const discovery = { kind: "files", folder: withoutSlash(folder || FOLDER) } as const;
  return [
    written("xds/bootstrap", bootstrap(model, discovery, discovery.folder), "yaml"),
    ...secretFiles(model, "xds/"),
    ...resourceFiles(model, discovery).map(({ name, resources }) =>
      written(`xds/${name}`, response(resources), "yaml"),
    ),
  ];
}

function bootstrap(model: Model, discovery: Discovery, folder: string): JsonValue {
  return checkedJson(BootstrapSchema, emitBootstrap(model, discovery, folder));
}

export interface Resource {
  readonly "@type": string;
}

/** Files of resources. Each subscription to routes or endpoints reads one resource of its file. */
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

/** A discovery response. Its version is a hash of its content, so equal content is not reloaded. */
function response(resources: readonly Resource[]): JsonValue {
  return { version_info: hashOf(JSON.stringify(resources)), resources: toJson(resources) };
}

function toJson(resources: readonly Resource[]): JsonValue[] {
  return resources as unknown as JsonValue[];
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function written(name: string, value: JsonValue, syntax: Options["syntax"]): GeneratedFile {
  const content = syntax === "json" ? `${JSON.stringify(value, undefined, 2)}\n` : toYaml(value);
  return { name: `${name}.${syntax}`, content };
}
