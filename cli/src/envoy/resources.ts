import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A configuration as protoc-gen-envoy writes it in any format, by resource type and name. */
export interface Configuration {
  /** Whether everything is in the bootstrap, so that any change needs a restart. */
  readonly isStatic: boolean;
  readonly bootstrap: JsonObject;
  /** Listeners without their routes. */
  readonly listeners: ReadonlyMap<string, JsonObject>;
  readonly routes: ReadonlyMap<string, JsonObject>;
  /** Clusters without their endpoints, unless Envoy resolves their names itself. */
  readonly clusters: ReadonlyMap<string, JsonObject>;
  readonly endpoints: ReadonlyMap<string, JsonObject>;
  readonly secrets: ReadonlyMap<string, JsonObject>;
}

/** Reads `envoy.yaml`, or the folder `xds` or `ads`, or a folder with one of these. */
export function readConfiguration(path: string): Configuration {
  if (!existsSync(path)) throw new Error(`${path} does not exist`);
  if (statSync(path).isFile()) return staticConfiguration(path);
  for (const name of ["envoy.yaml", "envoy.json"])
    if (existsSync(join(path, name))) return staticConfiguration(join(path, name));
  const inner = ["xds", "ads"].map((name) => join(path, name)).find(existsSync);
  const folder = inner ?? path;
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(yaml|json)$/.test(name),
  );
  const read = (kind: string): Map<string, JsonObject> =>
    new Map(
      files
        .filter((name) => name.startsWith(`${kind}.`) || name.startsWith(`${kind}/`))
        .flatMap((name) => (objectOf(join(folder, name)).resources as JsonObject[] | undefined) ?? [])
        .map((each) => [nameOf(each), each]),
    );
  const bootstrap = files.find((name) => /^bootstrap\./.test(name));
  if (bootstrap === undefined)
    throw new Error(`${path} has neither envoy.yaml nor bootstrap.yaml: expected an output of protoc-gen-envoy`);
  return separated({
    isStatic: false,
    bootstrap: objectOf(join(folder, bootstrap)),
    listeners: read("listeners"),
    routes: read("routes"),
    clusters: read("clusters"),
    endpoints: read("endpoints"),
    secrets: read("secrets"),
  });
}

function nameOf(resource: JsonObject): string {
  return String(resource.name ?? resource.cluster_name);
}

function objectOf(file: string): JsonObject {
  const read: unknown = parse(readFileSync(file, "utf8"));
  if (typeof read !== "object" || read === null || Array.isArray(read))
    throw new Error(`${file} is not a configuration of Envoy`);
  return read as JsonObject;
}

function staticConfiguration(file: string): Configuration {
  const { static_resources: resources, ...bootstrap } = objectOf(file);
  const { listeners = [], clusters = [] } = (resources ?? {}) as Readonly<Record<string, readonly JsonObject[]>>;
  const named = (all: readonly JsonObject[]) => new Map(all.map((each) => [nameOf(each), each]));
  const none = new Map<string, JsonObject>();
  return separated({
    isStatic: true,
    bootstrap,
    listeners: named(listeners),
    routes: none,
    clusters: named(clusters),
    endpoints: none,
    secrets: none,
  });
}

/** Takes inline routes out of their listeners, and inline endpoints out of clusters without host names. */
function separated(all: Configuration): Configuration {
  const routes = new Map(all.routes);
  const endpoints = new Map(all.endpoints);
  const listeners = new Map([...all.listeners].map(([name, listener]) => [name, withoutRoutes(listener, routes)]));
  const clusters = new Map(
    [...all.clusters].map(([name, cluster]) => {
      const { load_assignment: assignment, ...rest } = cluster;
      if (assignment === undefined) return [name, cluster];
      endpoints.set(name, assignment as JsonObject);
      return [name, all.isStatic ? rest : cluster];
    }),
  );
  return { ...all, listeners, routes, clusters, endpoints };
}

function withoutRoutes(json: JsonObject, routes: Map<string, JsonObject>): JsonObject {
  const visit = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    const { route_config: config, ...rest } = value as JsonObject;
    if (config !== undefined) routes.set(nameOf(config as JsonObject), config as JsonObject);
    return Object.fromEntries(Object.entries(rest).map(([key, each]) => [key, visit(each)]));
  };
  return visit(json) as JsonObject;
}
