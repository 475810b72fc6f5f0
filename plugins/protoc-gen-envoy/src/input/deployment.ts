import { filterNames, loadBalancingPolicies } from "@protoloom/envoy";
import type { Problem } from "../problem.js";
import { locateAll, parseYaml } from "./located.js";
import { cors, count, percent, policyKeys } from "./policy.js";
import {
  address,
  choice,
  fieldName,
  filePath,
  flag,
  fragment,
  hostName,
  hostPattern,
  integer,
  type JsonSchema,
  listOf,
  mapOf,
  methodPattern,
  name,
  object,
  positiveDuration,
  Reader,
  serviceName,
  type TypeOf,
  text,
} from "./shape.js";

const serverTls = object({
  certificate: {
    shape: filePath,
    about: "The file with the certificate and those that lead to its root, as PEM.",
    required: true,
  },
  key: { shape: filePath, about: "The file with the private key, as PEM.", required: true },
  clientCa: {
    shape: filePath,
    about: "The file with the roots of client certificates: with it clients must have one.",
  },
});

const clientTls = object({
  ca: { shape: filePath, about: "The file with the roots that server certificates must lead to.", required: true },
  serverName: { shape: hostName, about: "The name for SNI, which the certificate must have too.", required: true },
  names: { shape: listOf(text, 1), about: "Names of which the certificate must have one. Default: server_name." },
  certificate: { shape: filePath, about: "The file with the certificate of this side, for mutual TLS." },
  key: { shape: filePath, about: "The file with its private key." },
});

const faultKey = {
  shape: object({
    percent: { shape: percent, about: "How many requests of 100. Default: all." },
    delay: { shape: positiveDuration, about: "How long they wait." },
    status: { shape: integer(1, 16), about: "The gRPC status that they fail with." },
  }),
  about: "Faults on purpose, to see what callers do.",
} as const;

const routeFragment = { shape: fragment, about: "Fields of Envoy's Route that are merged into each route." } as const;

const method = object({
  ...policyKeys,
  envoy: routeFragment,
  fault: faultKey,
  idempotent: { shape: flag, about: "Whether it may happen twice, whatever its idempotency_level is." },
});

const idempotent = object({
  methods: {
    shape: listOf(methodPattern),
    about: 'Methods that may happen twice, by their names: "GetOrder", "Get*", "*".',
  },
  httpGet: { shape: flag, about: "Whether those with a `get:` of google.api.http may. Default: false." },
});

const serviceKeys = {
  ...policyKeys,
  cluster: { shape: name, about: "The cluster that serves it." },
  split: { shape: mapOf(integer(0, 4_294_967_295)), about: "Clusters and their weights, instead of cluster." },
  canaries: {
    shape: listOf(
      object({
        cluster: { shape: name, about: "The cluster that serves these calls.", required: true },
        header: { shape: fieldName, about: "Calls that have this header." },
        value: { shape: text, about: "With this value; without it, with any." },
        percent: { shape: percent, about: "How many calls of 100, of those that have the header." },
      }),
    ),
    about: "Calls that go elsewhere. The first that fits decides.",
  },
  fault: faultKey,
  envoy: routeFragment,
  idempotent: { shape: idempotent, about: "For protos that are not yours: what idempotency_level does not say." },
  methods: {
    shape: mapOf(method),
    about: "What is different for methods, by their names.",
  },
} as const;

const endpoint = object({
  address: { shape: address, about: "Host and port.", required: true },
  weight: { shape: integer(1, 4_294_967_295), about: "Its share among those of its zone. Default: 1." },
  region: { shape: text, about: "The region that it is in." },
  zone: { shape: text, about: "The zone that it is in." },
  priority: { shape: integer(0, 128), about: "Used when those of smaller numbers fail. Default: 0." },
});

const cluster = object({
  endpoints: {
    shape: listOf(endpoint),
    about: "Where it listens.",
    required: true,
  },
  protocol: { shape: choice("h2", "http1"), about: "How it is spoken to. gRPC needs h2. Default: h2." },
  loadBalancing: {
    shape: choice(...loadBalancingPolicies),
    about: "Which endpoint a call gets. Default: round_robin.",
  },
  localityWeights: {
    shape: mapOf(count),
    about: "The share of zones. Default: the sum of the weights of its endpoints.",
  },
  connectTimeout: { shape: positiveDuration, about: "How long a connection may take. Default: 5s." },
  healthCheck: {
    shape: object({
      service: { shape: text, about: "Asked for by grpc.health.v1. Default: the whole server." },
      interval: { shape: positiveDuration, about: "Time between two checks. Default: 10s." },
      timeout: { shape: positiveDuration, about: "How long an answer may take. Default: 1s." },
      healthy: { shape: integer(1, 100), about: "Good answers until it is used again. Default: 2." },
      unhealthy: { shape: integer(1, 100), about: "Bad answers until it is not used. Default: 3." },
    }),
    about: "Asking endpoints whether they are well, by the gRPC health protocol.",
  },
  outlierDetection: {
    shape: object({
      consecutiveErrors: { shape: integer(1, 10_000), about: "Errors in a row that eject an endpoint. Default: 5." },
      interval: { shape: positiveDuration, about: "How often ejected ones are looked at. Default: 10s." },
      ejectionTime: { shape: positiveDuration, about: "How long the first ejection is. Default: 30s." },
      maxEjectionPercent: { shape: integer(0, 100), about: "How many may be ejected at once. Default: 50." },
    }),
    about: "Leaving out endpoints that answer with errors.",
  },
  circuitBreaker: {
    shape: object({
      connections: { shape: count, about: "Default: 1024." },
      requests: { shape: count, about: "At one time. Default: 65536, as one HTTP/2 connection carries many." },
      pending: { shape: count, about: "Waiting for a connection. Default: 65536." },
      retryPercent: { shape: percent, about: "Retries among all requests at one time. Default: 20." },
    }),
    about: "What is refused, so that overload does not spread.",
  },
  tls: { shape: clientTls, about: "TLS to the endpoints." },
  envoy: { shape: fragment, about: "Fields of Envoy's Cluster that are merged into it." },
});

const service = object(serviceKeys);

const listener = object({
  address: { shape: address, about: "Where it listens.", required: true },
  services: { shape: listOf(text), about: "The services that can be called here. Default: all." },
  hosts: { shape: listOf(hostPattern, 1), about: 'The host names that it answers to. Default: "*".' },
  tls: { shape: serverTls, about: "TLS from callers." },
  envoy: {
    shape: object({
      listener: { shape: fragment, about: "Of its Listener." },
      http: { shape: fragment, about: "Of its HttpConnectionManager." },
      virtualHost: { shape: fragment, about: "Of its VirtualHost." },
    }),
    about: "Fields of Envoy's own API that are merged into what is written.",
  },
  grpcWeb: { shape: flag, about: "Whether browsers may call by gRPC-Web. Default: true where cors is." },
  cors: { shape: cors, about: "Pages of which origins may call." },
  transcoding: { shape: flag, about: "REST by google.api.http. Default: true where a service has such rules." },
  accessLog: {
    shape: object({
      path: { shape: text, about: "The file. Default: standard output." },
      format: { shape: choice("json", "text"), about: "Default: json." },
    }),
    about: "A line for each call, with its gRPC status.",
  },
  tracing: {
    shape: object({
      cluster: { shape: name, about: "The cluster of the OpenTelemetry collector, over gRPC.", required: true },
      percent: { shape: percent, about: "How many calls of 100. Default: 1." },
      service: { shape: text, about: "The name of this proxy in traces. Default: the name of the listener." },
    }),
    about: "Spans for OpenTelemetry.",
  },
  filters: {
    shape: listOf(choice(...filterNames)),
    about:
      "The HTTP filters, to check that the order which you have in mind is one that works. Default: those that are needed.",
  },
});

const sidecar = object({
  application: { shape: address, about: "Where the application listens, on this machine.", required: true },
  serves: { shape: listOf(text), about: "The services of the application.", required: true },
  inbound: { shape: address, about: "Where calls to the application come in.", required: true },
  outbound: { shape: address, about: "Where the application calls all other services.", required: true },
  tls: { shape: serverTls, about: "TLS from other sidecars." },
});

const deployment = object({
  name: { shape: name, about: "The name of the group of proxies: the node's cluster. Default: protoloom." },
  profile: {
    shape: choice("edge"),
    about:
      "edge: where strangers call. Limits of connections, buffers and streams, an overload manager, and no path or header " +
      "that servers read in different ways, as Envoy's own list for the edge has them.",
  },
  edge: {
    shape: object({
      connections: { shape: count, about: "Connections of callers at one time. Default: 50000." },
      heapMegabytes: { shape: count, about: "Memory that Envoy may use. Default: 1024." },
    }),
    about: "The limits of profile: edge.",
  },
  admin: { shape: address, about: "Where Envoy's administration listens. It is not protected. Default: nowhere." },
  listeners: {
    shape: mapOf(listener),
    about: "Where calls come in, by name.",
  },
  services: {
    shape: mapOf(service, serviceName),
    about: 'Services by their full names; "shop.v1.*" and "*" are for all that have nothing nearer.',
  },
  clusters: { shape: mapOf(cluster), about: "Groups of endpoints that serve the same, by name." },
  jwt: {
    shape: mapOf(
      object({
        issuer: { shape: text, about: "The claim iss.", required: true },
        audiences: { shape: listOf(text, 1), about: "Of which the claim aud must have one." },
        jwks: { shape: text, about: "The keys: a file, or a URL with cluster.", required: true },
        cluster: { shape: name, about: "The cluster where the URL is served." },
      }),
    ),
    about: "Who makes JSON web tokens.",
  },
  authorization: {
    shape: object({
      cluster: {
        shape: name,
        about: "The cluster of the service envoy.service.auth.v3.Authorization.",
        required: true,
      },
      timeout: { shape: positiveDuration, about: "How long it may take. Default: 200ms." },
      failOpen: { shape: flag, about: "Whether calls pass when it fails. Default: false." },
    }),
    about: "Asking another service whether a call may pass.",
  },
  sidecar: {
    shape: sidecar,
    about: "Two listeners beside an application, so that it need not know how calls are governed.",
  },
  controlPlane: {
    shape: object({
      address: { shape: address, about: "Where the discovery service listens.", required: true },
      delta: { shape: flag, about: "The incremental protocol. Default: false." },
      tls: { shape: clientTls, about: "TLS to the discovery service." },
    }),
    about: "For format=ads: where Envoy asks for its resources.",
  },
});

/** The deployment file: where services run, and how calls reach them. Durations are in milliseconds. */
export type Deployment = TypeOf<typeof deployment>;
export type Listener = TypeOf<typeof listener>;
export type Service = TypeOf<typeof service>;
export type Method = TypeOf<typeof method>;
export type Cluster = TypeOf<typeof cluster>;
export type Endpoint = TypeOf<typeof endpoint>;
export type Sidecar = TypeOf<typeof sidecar>;

export interface ReadDeployment {
  readonly deployment: Deployment;
  readonly places: Reader;
}

/** Reads a deployment file, or an empty one if there is no text. Mistakes are added to `places.problems`. */
export function readDeployment(source: string | undefined, file: string): ReadDeployment {
  const places = new Reader();
  const node = source === undefined ? undefined : parseYaml(source, file, places.problems as Problem[]);
  const isEmpty = node === undefined || node.value === null;
  return { deployment: deployment.read(isEmpty ? locateAll({}, `${file}:1:1`) : node, places), places };
}

/** The JSON Schema of the deployment file, for editors. */
export function deploymentSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "The deployment file of protoc-gen-envoy",
    ...deployment.schema,
  };
}
