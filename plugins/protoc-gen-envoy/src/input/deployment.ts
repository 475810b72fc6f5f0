import {
  compressions,
  dnsFamilies,
  escapedSlashesActions,
  filterNames,
  loadBalancingPolicies,
  lvsKinds,
  lvsSchedulers,
  restStreams,
  underscoresActions,
} from "@protoloom/envoy";
import type { Problem } from "../problem.js";
import { locateAll, parseYaml } from "./located.js";
import { callerKey, cors, count, percent, policyKeys } from "./policy.js";
import {
  address,
  changeableHeader,
  choice,
  decimal,
  duration,
  durationFrom,
  fieldName,
  filePath,
  filledText,
  flag,
  fragment,
  hostName,
  hostPattern,
  httpPath,
  integer,
  ipAddress,
  type JsonSchema,
  labelText,
  listOf,
  mapOf,
  methodPattern,
  name,
  object,
  oneOrMore,
  positiveDuration,
  Reader,
  registeredName,
  serviceName,
  type TypeOf,
  text,
} from "./shape.js";

const serverTls = object({
  certificate: {
    shape: filePath,
    about: "The file with the certificate chain, as PEM.",
    required: true,
  },
  key: { shape: filePath, about: "The file with the private key, as PEM.", required: true },
  clientCa: {
    shape: filePath,
    about: "The file with the roots of client certificates. If set, clients must present a certificate.",
  },
  clientCertificate: {
    shape: choice("required", "optional"),
    about: "Whether callers must present a certificate. A wrong one is never accepted. Default: required.",
  },
  forwardCertificate: {
    shape: flag,
    about: "Whether backends learn subject and names of the certificate by x-forwarded-client-cert. Default: false.",
  },
});

const headerChange = object({
  set: { shape: mapOf(filledText, changeableHeader), about: "Headers that replace those of the same name." },
  append: { shape: mapOf(filledText, changeableHeader), about: "Headers that are added to those of the same name." },
  remove: { shape: listOf(changeableHeader), about: "Headers that are removed." },
});

const headers = {
  shape: object({
    request: { shape: headerChange, about: "Changes of what backends get." },
    response: { shape: headerChange, about: "Changes of what callers get." },
  }),
  about: "Headers that are set, added and removed.",
} as const;

/** Byte counts. Envoy's HTTP/2 windows are from 64 KB to 2 GB. */
const bytes = integer(1, 4_294_967_295);
const window = integer(65_535, 2_147_483_647);
const windows = {
  streams: { shape: integer(1, 2_147_483_647), about: "Maximum concurrent streams of a connection." },
  streamWindow: { shape: window, about: "HTTP/2 window of a stream, in bytes." },
  connectionWindow: { shape: window, about: "HTTP/2 window of a connection, in bytes." },
} as const;

const connectionLimits = object({
  connections: { shape: count, about: "Maximum concurrent connections to this listener. Default: unlimited." },
  age: { shape: positiveDuration, about: "Maximum age of a connection, which is then drained. Default: unlimited." },
  idle: { shape: positiveDuration, about: "How long a connection may be without calls. Default: 1h." },
  buffer: { shape: bytes, about: "Bytes that are buffered for a connection. Default: 1 MiB, at the edge 32 KiB." },
  headerKilobytes: { shape: integer(1, 8192), about: "Maximum size of request headers, in KB. Default: 60." },
  headerCount: { shape: count, about: "Maximum number of request headers. Default: 100." },
  ...windows,
  underscores: {
    shape: choice(...underscoresActions),
    about: "The treatment of headers with underscores in their names. Default: allow, at the edge reject.",
  },
  mergeSlashes: { shape: flag, about: "Whether // in a path counts as /. Default: false, at the edge true." },
  escapedSlashes: {
    shape: choice(...escapedSlashesActions),
    about: "The treatment of %2F and %5C in paths. Default: keep, at the edge redirect to the unescaped path.",
  },
});

const endpointLimits = object({
  age: { shape: positiveDuration, about: "Maximum age of a connection, which is then drained. Default: unlimited." },
  requests: { shape: count, about: "Maximum requests of a connection, which is then drained. Default: unlimited." },
  buffer: { shape: bytes, about: "Bytes that are buffered for a connection. Default: 1 MiB, at the edge 32 KiB." },
  ...windows,
});

const clientTls = object({
  ca: { shape: filePath, about: "The file with the roots for server certificates.", required: true },
  serverName: { shape: hostName, about: "The name for SNI. The certificate must match it.", required: true },
  names: { shape: listOf(text, 1), about: "Accepted names in the certificate; one must match. Default: server_name." },
  certificate: { shape: filePath, about: "The file with the client certificate, for mutual TLS." },
  key: { shape: filePath, about: "The file with the private key of the certificate." },
});

const faultKey = {
  shape: object({
    percent: { shape: percent, about: "Percentage of requests. Default: 100." },
    delay: { shape: positiveDuration, about: "The delay." },
    status: { shape: integer(1, 16), about: "The gRPC status of the failed requests." },
  }),
  about: "Injects faults, to test callers.",
} as const;

const routeFragment = { shape: fragment, about: "Fields of Envoy's Route that are merged into each route." } as const;

/** Settings of the deployment file that protos do not have. */
const routeKeys = {
  headers,
  host: { shape: hostName, about: "The host that backends see. Default: the caller's, or google.api.default_host." },
  globalRateLimit: {
    shape: object({
      by: { shape: listOf(callerKey), about: "Further entries of the descriptor, after service and method." },
    }),
    about: "Asks rate_limit_service, which keeps limits for all proxies.",
  },
  session: {
    shape: object({
      cookie: { shape: fieldName, about: "The cookie that carries the endpoint." },
      ttl: { shape: duration, about: "How long the cookie is kept. Default: until the browser is closed." },
      header: { shape: fieldName, about: "The header that carries the endpoint, for clients without cookies." },
      strict: { shape: flag, about: "Whether a call fails if its endpoint is gone. Default: false." },
    }),
    about: "All calls of a client reach the endpoint that served the first one.",
  },
  subset: {
    shape: mapOf(labelText, fieldName),
    about: "Labels of the endpoints that may serve the call. The cluster must list this combination under subsets.",
  },
} as const;

const method = object({
  ...policyKeys,
  ...routeKeys,
  envoy: routeFragment,
  fault: faultKey,
  idempotent: { shape: flag, about: "Whether the method is idempotent. Overrides idempotency_level." },
});

const idempotent = object({
  methods: {
    shape: listOf(methodPattern),
    about: 'Methods that may happen twice, by their names: "GetOrder", "Get*", "*".',
  },
  httpGet: {
    shape: flag,
    about: "Whether methods with a `get:` rule of google.api.http are idempotent. Default: false.",
  },
});

const serviceKeys = {
  ...policyKeys,
  ...routeKeys,
  cluster: { shape: name, about: "The cluster that serves it." },
  split: { shape: mapOf(integer(0, 4_294_967_295)), about: "Clusters and their weights, instead of cluster." },
  canaries: {
    shape: listOf(
      object({
        cluster: { shape: name, about: "The cluster that serves these calls.", required: true },
        header: { shape: fieldName, about: "Calls that have this header." },
        value: { shape: text, about: "The value of the header. Default: any." },
        percent: { shape: percent, about: "Percentage of the calls that have the header." },
      }),
    ),
    about: "Calls that go to another cluster. The first match wins.",
  },
  fault: faultKey,
  envoy: routeFragment,
  idempotent: {
    shape: idempotent,
    about: "Idempotency for protos that you do not own and that lack idempotency_level.",
  },
  methods: {
    shape: mapOf(method),
    about: "Settings for single methods, by name.",
  },
} as const;

const endpoint = object({
  address: { shape: address, about: "Host and port.", required: true },
  weight: { shape: integer(1, 4_294_967_295), about: "Its weight within its zone. Default: 1." },
  region: { shape: text, about: "Its region." },
  zone: { shape: text, about: "Its zone." },
  priority: {
    shape: integer(0, 128),
    about: "The priority. Used when endpoints with smaller numbers fail. Default: 0.",
  },
  labels: { shape: mapOf(labelText, fieldName), about: "Labels by which calls may choose it: see subset." },
});

const cluster = object({
  endpoints: {
    shape: listOf(endpoint),
    about: "The endpoints.",
  },
  registered: {
    shape: registeredName,
    about:
      'Instead of endpoints: the service whose instances register at the control plane, "shop.v1.Orders" or "shop.v1.Orders/v2".',
  },
  protocol: { shape: choice("h2", "http1"), about: "The protocol to the endpoints. gRPC needs h2. Default: h2." },
  loadBalancing: {
    shape: choice(...loadBalancingPolicies),
    about: "The load balancing policy. Default: round_robin.",
  },
  localityWeights: {
    shape: mapOf(count),
    about: "Weights of zones. Default: the sum of the weights of a zone's endpoints.",
  },
  connectTimeout: { shape: positiveDuration, about: "Timeout of connecting. Default: 5s." },
  healthCheck: {
    shape: object({
      service: { shape: text, about: "The service name to check by grpc.health.v1. Default: the whole server." },
      http: { shape: httpPath, about: "The path that a server answers with 200, instead of the gRPC health protocol." },
      tcp: { shape: flag, about: "Whether it is enough to connect, instead of the gRPC health protocol." },
      port: { shape: integer(1, 65_535), about: "The port of the checks. Default: that of the endpoint." },
      interval: { shape: positiveDuration, about: "The interval between checks. Default: 10s." },
      timeout: { shape: positiveDuration, about: "The timeout of a check. Default: 1s." },
      healthy: { shape: integer(1, 100), about: "Passed checks until it is marked healthy. Default: 2." },
      unhealthy: { shape: integer(1, 100), about: "Failed checks until it is marked unhealthy. Default: 3." },
    }),
    about: "Health checks by the gRPC health protocol, HTTP or TCP.",
  },
  outlierDetection: {
    shape: object({
      consecutiveErrors: { shape: integer(1, 10_000), about: "Consecutive errors that eject an endpoint. Default: 5." },
      interval: { shape: positiveDuration, about: "Interval between evaluations. Default: 10s." },
      ejectionTime: { shape: positiveDuration, about: "Duration of the first ejection. Default: 30s." },
      maxEjectionPercent: { shape: integer(0, 100), about: "Maximum percentage of ejected endpoints. Default: 50." },
    }),
    about: "Ejects endpoints that return errors.",
  },
  circuitBreaker: {
    shape: object({
      connections: { shape: count, about: "Default: 1024." },
      requests: {
        shape: count,
        about: "Maximum concurrent requests. Default: 65536, as one HTTP/2 connection carries many.",
      },
      pending: { shape: count, about: "Maximum requests waiting for a connection. Default: 65536." },
      retryPercent: { shape: percent, about: "Retries as a percentage of concurrent requests. Default: 20." },
    }),
    about: "Circuit breakers: limits above which requests are rejected.",
  },
  tls: { shape: clientTls, about: "TLS to the endpoints." },
  limits: { shape: endpointLimits, about: "Limits of connections to the endpoints." },
  dnsFamily: {
    shape: choice(...dnsFamilies),
    about: "Which addresses of host names are used. Default: v4_preferred.",
  },
  spillFactor: {
    shape: decimal(1, 100, 1),
    about: "Healthy endpoints of a priority, times this, take its calls; the rest spills over. Default: 1.4.",
  },
  panicThreshold: {
    shape: percent,
    about: "Percentage of healthy endpoints below which calls go to all of them. 0 disables it. Default: 50.",
  },
  zoneAware: {
    shape: object({
      percent: { shape: percent, about: "Percentage of calls that are routed by zone. Default: 100." },
      minimum: { shape: count, about: "Endpoints that the cluster must have. Default: 6." },
    }),
    about: "Prefers endpoints in the zone of the proxy, which home names, without overloading it.",
  },
  subsets: {
    shape: listOf(listOf(fieldName, 1)),
    about: "Combinations of labels by which calls may choose endpoints.",
  },
  envoy: { shape: fragment, about: "Fields of Envoy's Cluster that are merged into it." },
});

const service = object(serviceKeys);

const listener = object({
  address: {
    shape: address,
    about: "The address to listen on. Listeners with the same address and different hosts share its port.",
    required: true,
  },
  services: { shape: listOf(text), about: "The services of the listener. Default: all." },
  hosts: { shape: listOf(hostPattern, 1), about: 'The host names that it answers to. Default: "*".' },
  tls: { shape: serverTls, about: "TLS for callers." },
  envoy: {
    shape: object({
      listener: { shape: fragment, about: "Fields of its Listener." },
      http: { shape: fragment, about: "Fields of its HttpConnectionManager." },
      virtualHost: { shape: fragment, about: "Fields of its VirtualHost." },
    }),
    about: "Fields of Envoy's own API that are merged into the output.",
  },
  grpcWeb: { shape: flag, about: "Whether browsers may call by gRPC-Web. Default: true if cors is set." },
  cors: { shape: cors, about: "Allowed origins of web pages." },
  transcoding: { shape: flag, about: "REST by google.api.http. Default: true if a service has such rules." },
  accessLog: {
    shape: object({
      path: { shape: text, about: "The file. Default: standard output." },
      format: { shape: choice("json", "text"), about: "Default: json." },
      fields: { shape: mapOf(filledText, fieldName), about: "More fields, or other values of those that are there." },
      only: {
        shape: object({
          errors: { shape: flag, about: "Calls whose gRPC status is not OK." },
          slowerThan: { shape: durationFrom("1ms", "1000h"), about: "Calls that take at least this long." },
          percent: { shape: percent, about: "Percentage of calls." },
        }),
        about: "Which calls are logged: all conditions must hold. Default: all.",
      },
      otlp: {
        shape: object({
          cluster: { shape: name, about: "The cluster of the OpenTelemetry collector, over gRPC.", required: true },
        }),
        about: "Sends lines to OpenTelemetry instead of a file.",
      },
    }),
    about: "Logs one line per call, with its gRPC status.",
  },
  tracing: {
    shape: object({
      cluster: { shape: name, about: "The cluster of the OpenTelemetry collector, over gRPC.", required: true },
      percent: { shape: percent, about: "Percentage of calls. Default: 1." },
      service: { shape: text, about: "The name of this proxy in traces. Default: the name of the listener." },
      tags: { shape: mapOf(filledText, fieldName), about: "Tags of each span." },
    }),
    about: "Sends spans to OpenTelemetry.",
  },
  limits: { shape: connectionLimits, about: "Limits of connections, and treatment of ambiguous requests." },
  headers,
  compression: {
    shape: choice(...compressions),
    about: "Compresses REST responses for callers that accept it. Default: not.",
  },
  rest: {
    shape: object({
      unknownParameters: {
        shape: choice("reject", "ignore"),
        about: "The treatment of query parameters that the message lacks. Default: 404; reject: 400 with the reason.",
      },
      maxBody: {
        shape: bytes,
        about:
          "Maximum bytes of a response's body, and of a request's body that Envoy holds at once: it passes a request on as it arrives, so that a longer one may pass, up to the server's limit of a message. Default: 1 MiB, at the edge 4.",
      },
      stream: {
        shape: choice(...restStreams),
        about: "How a server stream is written: a JSON array, a message a line, or server-sent events. Default: json.",
      },
    }),
    about: "Details of REST.",
  },
  trustedHops: {
    shape: integer(0, 255),
    about: "How many proxies before this one are trusted to say in x-forwarded-for who called. Default: 0.",
  },
  filters: {
    shape: listOf(choice(...filterNames)),
    about: "The HTTP filters. Set it to check an order that you have in mind. Default: the filters that are needed.",
  },
});

const sidecar = object({
  application: { shape: address, about: "The address of the application on this machine.", required: true },
  serves: { shape: listOf(text), about: "The services of the application.", required: true },
  inbound: { shape: address, about: "The address for calls to the application.", required: true },
  outbound: { shape: address, about: "The address at which the application calls all other services.", required: true },
  tls: { shape: serverTls, about: "TLS for calls from other sidecars." },
});

const deployment = object({
  name: { shape: name, about: "The name of the group of proxies: the node's cluster. Default: protoloom." },
  profile: {
    shape: choice("edge"),
    about:
      "edge: for untrusted callers. Limits connections, buffers and streams, adds an overload manager, and rejects ambiguous " +
      "paths and headers, as Envoy's best practices for edge proxies recommend.",
  },
  overload: {
    shape: object({
      connections: { shape: count, about: "Maximum concurrent connections of callers. Default: 50000." },
      heapMegabytes: { shape: count, about: "Maximum heap of Envoy, in MB. Default: 1024." },
    }),
    about: "The overload manager: limits of the whole proxy. Default: none, with profile: edge these.",
  },
  home: {
    shape: object({
      region: { shape: text, about: "The region of the proxies." },
      zone: { shape: text, about: "The zone of the proxies.", required: true },
      proxies: { shape: name, about: "The cluster that lists the proxies of all zones, for zone_aware." },
    }),
    about: "Where the proxies run.",
  },
  lvs: {
    shape: object({
      address: { shape: ipAddress, about: "The virtual address that callers use.", required: true },
      proxies: { shape: name, about: "The cluster that lists the machines of the proxies.", required: true },
      kind: {
        shape: choice(...lvsKinds),
        about: "How packets reach a proxy: direct routing, address translation or tunnel. Default: DR.",
      },
      scheduler: { shape: choice(...lvsSchedulers), about: "Which proxy gets a connection. Default: wlc." },
    }),
    about: "For format=keepalived: LVS in front of several proxies.",
  },
  rateLimitService: {
    shape: object({
      cluster: {
        shape: name,
        about: "The cluster of the service envoy.service.ratelimit.v3.RateLimitService.",
        required: true,
      },
      domain: { shape: text, about: "The domain of the limits in its configuration.", required: true },
      timeout: { shape: positiveDuration, about: "Timeout of the question. Default: 20ms." },
      failClosed: { shape: flag, about: "Whether to reject calls when it fails. Default: false." },
    }),
    about: "The service that keeps the limits of global_rate_limit.",
  },
  admin: { shape: address, about: "The address of Envoy's admin interface, which is not protected. Default: none." },
  listeners: {
    shape: mapOf(listener),
    about: "Listeners, by name.",
  },
  services: {
    shape: mapOf(service, serviceName),
    about: 'Services by full name. "shop.v1.*" and "*" apply to all services without a more specific entry.',
  },
  clusters: { shape: mapOf(cluster), about: "Groups of equivalent endpoints, by name." },
  jwt: {
    shape: mapOf(
      object({
        issuer: { shape: text, about: "The claim iss.", required: true },
        audiences: { shape: listOf(text, 1), about: "Accepted values of the claim aud; one must match." },
        jwks: { shape: text, about: "The keys: a file, or a URL with cluster.", required: true },
        cluster: { shape: name, about: "The cluster that serves the URL." },
        claims: {
          shape: mapOf(fieldName, text),
          about: "Request headers by claim, for backends: { sub: x-user }. Callers cannot send them.",
        },
      }),
    ),
    about: "Token issuers, by name.",
  },
  authorization: {
    shape: object({
      cluster: {
        shape: name,
        about: "The cluster of the service envoy.service.auth.v3.Authorization.",
        required: true,
      },
      timeout: { shape: positiveDuration, about: "Timeout of the check. Default: 200ms." },
      failOpen: { shape: flag, about: "Whether to allow calls when it fails. Default: false." },
      http: {
        shape: object({
          pathPrefix: { shape: httpPath, about: "A prefix of the call's path. Default: none." },
          headers: { shape: listOf(fieldName), about: "Request headers that it sees, beside host, method and path." },
          toBackend: { shape: listOf(fieldName), about: "Headers of its answer that backends see." },
        }),
        about: "Asks by HTTP: 200 allows the call.",
      },
    }),
    about: "External authorization: another service decides whether a call is allowed.",
  },
  sidecar: {
    shape: sidecar,
    about: "Two listeners next to an application, so that it needs no policies of its own.",
  },
  controlPlane: {
    shape: object({
      address: {
        shape: oneOrMore(address),
        about: "The address of the discovery service, or of several, of which any can be asked.",
        required: true,
      },
      delta: { shape: flag, about: "Whether to use the incremental protocol. Default: false." },
      tls: { shape: clientTls, about: "TLS to the discovery service." },
    }),
    about: "For format=ads: the discovery service of Envoy's resources.",
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
