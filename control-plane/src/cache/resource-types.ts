/** How a discovery service treats resources of one type (xDS protocol, "Resource Types"). */
export interface ResourceType {
  /** `type.googleapis.com/` and the full name of the message. */
  readonly typeUrl: string;
  /** A readable name: `cluster`. */
  readonly name: string;
  /** Types are sent in this order, so that what a resource refers to is there before it ("Eventual consistency"). */
  readonly order: number;
  /** In state of the world, every response holds all resources, and a missing one is deleted. True for LDS and CDS. */
  readonly isComplete: boolean;
}

const PREFIX = "type.googleapis.com/";

function row(name: string, typeName: string, order: number, isComplete = false): ResourceType {
  return Object.freeze({ typeUrl: PREFIX + typeName, name, order, isComplete });
}

export type KnownType = "cluster" | "endpoint" | "listener" | "route" | "secret" | "runtime";

/** The types that Envoy and gRPC clients ask for. */
export const resourceTypes: Readonly<Record<KnownType, ResourceType>> = Object.freeze({
  cluster: row("cluster", "envoy.config.cluster.v3.Cluster", 0, true),
  endpoint: row("endpoint", "envoy.config.endpoint.v3.ClusterLoadAssignment", 1),
  listener: row("listener", "envoy.config.listener.v3.Listener", 2, true),
  route: row("route", "envoy.config.route.v3.RouteConfiguration", 3),
  secret: row("secret", "envoy.extensions.transport_sockets.tls.v3.Secret", 4),
  runtime: row("runtime", "envoy.service.runtime.v3.Runtime", 5),
});

const known = new Map<string, ResourceType>(Object.values(resourceTypes).map((type) => [type.typeUrl, type]));

/** The type of this URL. An unknown type is served last, and its responses may be partial. */
export function resourceType(typeUrl: string): ResourceType {
  return (
    known.get(typeUrl) ?? row(typeUrl.slice(typeUrl.lastIndexOf("/") + 1), typeUrl.slice(PREFIX.length), known.size)
  );
}
