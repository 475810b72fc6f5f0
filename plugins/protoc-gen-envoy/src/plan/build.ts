import type { DescFile, DescService } from "@bufbuild/protobuf";
import type {
  Canary,
  Cause,
  Decided,
  Fragment,
  Method,
  Model,
  Overload,
  Placed,
  RoutePolicy,
  Service,
  Target,
} from "@protoloom/envoy";
import { locate } from "@protoloom/plugin-kit";
import type * as deployed from "../input/deployment.js";
import type { ReadDeployment } from "../input/deployment.js";
import { httpRuleOf, policyOfMethod, policyOfService } from "../input/proto-options.js";
import type { MethodConfig, ReadServiceConfig } from "../input/service-config.js";
import { Reader } from "../input/shape.js";
import { buildClusters, clustersByDefault, controlPlaneOf } from "./clusters.js";
import { bindingsOf } from "./http-rule.js";
import { idempotencyOf } from "./idempotency.js";
import { buildListeners } from "./listeners.js";
import { byDefault, decided, type PolicySource, routePolicy, type Said } from "./policy.js";
import { wildcardsOf } from "./wildcards.js";

/** The inputs of the model. */
export interface Inputs {
  readonly files: readonly DescFile[];
  readonly deployment: ReadDeployment;
  readonly serviceConfig: ReadServiceConfig | undefined;
}

/** The input of the checks: the model, and the sources of each method. */
export interface Built {
  readonly model: Model;
  readonly inputs: Inputs;
  readonly protoPlaces: Reader;
  readonly sources: ReadonlyMap<Method, readonly PolicySource[]>;
}

/** Builds plain listeners, routes and clusters. Contradictory parts are left out, and the checks report them. */
export function buildModel(inputs: Inputs): Built {
  const protoPlaces = new Reader();
  const sources = new Map<Method, readonly PolicySource[]>();
  const { deployment } = inputs.deployment;
  const descs = inputs.files.flatMap((file) => file.services);
  const defaults = clustersByDefault(descs, deployment);
  const specs = new Specs(inputs, protoPlaces);
  const services = descs.map((desc) => buildService(desc, specs, defaults.targets, sources));
  const listeners = buildListeners(services, inputs.deployment);
  const model: Model = {
    name: deployment.name ?? "protoloom",
    services,
    listeners,
    clusters: [...buildClusters(inputs.deployment), ...defaults.clusters],
    admin: deployment.admin,
    jwt: providersOf(inputs.deployment),
    authorization: placed(inputs.deployment, "authorization"),
    controlPlane: controlPlaneOf(inputs.deployment),
    rateLimitService: placed(inputs.deployment, "rateLimitService"),
    overload: overloadOf(inputs.deployment),
    home: placed(inputs.deployment, "home"),
    lvs: placed(inputs.deployment, "lvs"),
  };
  return { model, inputs, protoPlaces, sources };
}

function providersOf({ deployment, places }: ReadDeployment): Model["jwt"] {
  const { jwt = {} } = deployment;
  const providers = Object.entries(jwt).map(([name, provider]) => [
    name,
    { ...provider, place: places.place(jwt, name) },
  ]);
  return Object.fromEntries(providers);
}

function placed<K extends "authorization" | "rateLimitService" | "home" | "lvs">(
  { deployment, places }: ReadDeployment,
  key: K,
): Placed<NonNullable<deployed.Deployment[K]>> | undefined {
  const value = deployment[key];
  return value && { ...value, place: places.place(deployment, key) };
}

function overloadOf({ deployment, places }: ReadDeployment): Decided<Overload | undefined> {
  const { profile, overload } = deployment;
  if (profile === undefined && overload === undefined) return byDefault(undefined, "nobody asks for it");
  const { connections = 50_000, heapMegabytes = 1024 } = overload ?? {};
  const value = { connections, heap: heapMegabytes * 1024 * 1024 };
  return decided(value, places.place(deployment, overload === undefined ? "profile" : "overload"));
}

/** The entries for a service or a method, most specific first. */
class Specs {
  readonly #configs: ReadonlyMap<string, MethodConfig>;

  constructor(
    readonly inputs: Inputs,
    readonly protoPlaces: Reader,
  ) {
    const configs = inputs.serviceConfig?.configs ?? [];
    this.#configs = new Map(configs.map((each) => [`${each.service}/${each.method}`, each]));
  }

  /** The service's own entry, then those of its package, the enclosing packages, and finally "*". */
  ofService(name: string): [key: string, spec: deployed.Service][] {
    const services = this.inputs.deployment.deployment.services ?? {};
    return wildcardsOf(name).flatMap((key): [string, deployed.Service][] =>
      services[key] ? [[key, services[key]]] : [],
    );
  }

  config(service: string, method: string): PolicySource[] {
    const found = this.#configs.get(`${service}/${method}`);
    if (found === undefined) return [];
    return [
      {
        policy: found.policy,
        places: this.inputs.serviceConfig!.places,
        isOwn: method !== "",
        isOfService: service !== "",
        isOfClients: true,
      },
    ];
  }
}

function buildService(
  desc: DescService,
  specs: Specs,
  defaults: ReadonlyMap<string, { readonly target: Target; readonly cause: Cause }>,
  sources: Map<Method, readonly PolicySource[]>,
): Service {
  const { places } = specs.inputs.deployment;
  const entries = specs.ofService(desc.typeName);
  const own = entries.filter(([key]) => key === desc.typeName);
  const proto = policyOfService(desc, specs.protoPlaces);
  const ofService: PolicySource[] = [
    ...own.map(([, policy]) => ({ policy, places, isOwn: false, isOfService: true })),
    ...(proto ? [{ policy: proto, places: specs.protoPlaces, isOwn: false, isOfService: true }] : []),
    ...specs.config(desc.typeName, ""),
    ...entries
      .filter(([key]) => key !== desc.typeName)
      .map(([, policy]) => ({ policy, places, isOwn: false, isOfService: false })),
    ...specs.config("", ""),
  ];
  const serviceFragment = fragmentOf(
    entries.map(([, spec]) => spec),
    places,
  );
  const host = hostOf(defaults.get(desc.typeName));
  const methods = desc.methods.map((method): Method => {
    const inDeployment = entries.flatMap(([, { methods }]) => methods?.[method.name] ?? []);
    const inProto = policyOfMethod(method, specs.protoPlaces);
    const all: PolicySource[] = [
      ...inDeployment.map((policy) => ({ policy, places, isOwn: true, isOfService: true })),
      ...(inProto ? [{ policy: inProto, places: specs.protoPlaces, isOwn: true, isOfService: true }] : []),
      ...specs.config(desc.typeName, method.name),
      ...ofService,
    ];
    const http = httpRuleOf(method);
    const isStreaming = method.methodKind !== "unary";
    const idempotency = idempotencyOf(method, entries, places);
    const isIdempotent = idempotency.value;
    const governed = { isStreaming, isIdempotent, service: desc.typeName, name: method.name, host };
    const built: Method = {
      desc: method,
      name: method.name,
      path: `/${desc.typeName}/${method.name}`,
      place: locate(method),
      isStreaming,
      isIdempotent,
      idempotencyCause: idempotency.cause,
      bindings: http ? bindingsOf(method, http.rule, http.place) : [],
      fragment: fragmentOf(inDeployment, places) ?? serviceFragment,
      policy: routePolicy(all, governed),
    };
    sources.set(built, all);
    return built;
  });
  const place = locate(desc);
  const governed = { isStreaming: true, isIdempotent: false, service: desc.typeName, name: "", host };
  const unknown = routePolicy(ofService, governed);
  return {
    desc,
    name: desc.typeName,
    place,
    methods,
    fragment: serviceFragment,
    unknown: { ...unknown, auth: strictest(methods, unknown.auth) },
    ...targetsOf(desc, entries, places, defaults),
    canaries: canariesOf(entries, places),
  };
}

/** A cluster made of default_host belongs to somebody else, who knows it by that name only. */
function hostOf(found: { readonly target: Target; readonly cause: Cause } | undefined): Said<string> | undefined {
  if (found?.cause.place === undefined) return undefined;
  return { value: found.target.cluster, place: found.cause.place, isOwn: false, isOfClients: false };
}

/** The fragment of the most specific entry that has one. */
function fragmentOf(specs: readonly Pick<deployed.Method, "envoy">[], places: Reader): Fragment | undefined {
  const spec = specs.find(({ envoy }) => envoy !== undefined);
  return spec?.envoy && { json: spec.envoy, place: places.place(spec, "envoy") };
}

/** The guard of methods that the proto does not have yet: the service's, otherwise that of its first guarded method. */
function strictest(methods: readonly Method[], ofService: RoutePolicy["auth"]): RoutePolicy["auth"] {
  const isGuarded = ({ value }: RoutePolicy["auth"]) => value !== undefined && !value.public;
  if (isGuarded(ofService)) return ofService;
  return methods.map(({ policy }) => policy.auth).find(isGuarded) ?? ofService;
}

function targetsOf(
  desc: DescService,
  entries: readonly [string, deployed.Service][],
  places: Reader,
  defaults: ReadonlyMap<string, { readonly target: Target; readonly cause: Cause }>,
): { targets: Target[]; targetCause: Cause } {
  for (const [, spec] of entries) {
    if (spec.split !== undefined) {
      const { split } = spec;
      const targets = Object.entries(split).map(([cluster, weight]) => ({
        cluster,
        weight,
        place: places.place(split, cluster),
      }));
      return { targets, targetCause: { place: places.place(spec, "split"), why: "" } };
    }
    if (spec.cluster !== undefined) {
      const place = places.place(spec, "cluster");
      return { targets: [{ cluster: spec.cluster, weight: 1, place }], targetCause: { place, why: "" } };
    }
  }
  const found = defaults.get(desc.typeName);
  if (found === undefined) return { targets: [], targetCause: { place: undefined, why: "nobody says where it runs" } };
  return { targets: [found.target], targetCause: found.cause };
}

/** The canaries of the most specific entry that has any. */
function canariesOf(entries: readonly [string, deployed.Service][], places: Reader): Canary[] {
  const list = entries.find(([, { canaries }]) => canaries !== undefined)?.[1].canaries ?? [];
  return list.map((canary) => ({
    cluster: canary.cluster,
    header: canary.header === undefined ? undefined : { name: canary.header.toLowerCase(), value: canary.value },
    percent: canary.percent,
    place: places.place(canary),
  }));
}
