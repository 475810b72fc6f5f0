import { type Listener, type Model, type Service, showAddress } from "@protoloom/envoy";

/** The path of calls as a graph: listeners, services, clusters and endpoints from left to right. */
export interface Graph {
  readonly columns: readonly (readonly Node[])[];
  readonly edges: readonly Edge[];
}

export interface Node {
  readonly id: string;
  readonly title: string;
  readonly note: string;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** Above this number, services with the same edges are drawn as one. */
const MOST_SERVICES = 8;

interface ServiceBox {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly ways: readonly (readonly [cluster: string, label: string])[];
}

function boxesOf(listener: Listener): ServiceBox[] {
  const { services } = listener;
  const groups = new Map<string, Service[]>();
  for (const service of services) {
    const key = services.length > MOST_SERVICES ? JSON.stringify(waysOf(service)) : service.name;
    groups.set(key, [...(groups.get(key) ?? []), service]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group as [Service, ...Service[]];
    const methods = group.reduce((sum, service) => sum + service.methods.length, 0);
    const count = `${methods} method${methods === 1 ? "" : "s"}`;
    const around = packageOf(group);
    const note = group.length > 1 && around !== "" ? `${group.length} services, ${count}` : count;
    const title = group.length === 1 ? first.name : around === "" ? `${group.length} services` : `${around}.*`;
    return { id: serviceId(listener, first), title, note, ways: waysOf(first) };
  });
}

/** The package that services have in common. */
function packageOf(services: readonly Service[]): string {
  const [first, ...others] = services.map(({ name }) => name.split(".").slice(0, -1));
  const length = first?.findIndex((part, i) => others.some((parts) => parts[i] !== part)) ?? 0;
  return (length < 0 ? first : first?.slice(0, length))?.join(".") ?? "";
}

export function graphOf({ listeners, clusters }: Model): Graph {
  const nodes = new Map<string, Node>();
  const edges = new Map<string, Edge>();
  const columns: Node[][] = [[], [], [], []];
  const node = (column: number, id: string, title: string, note: string): string => {
    const known = nodes.get(id);
    if (known === undefined) {
      nodes.set(id, { id, title, note });
      columns[column]!.push(nodes.get(id)!);
    }
    return id;
  };
  const edge = (from: string, to: string, label: string): void => {
    const key = JSON.stringify([from, to]);
    const labels = [edges.get(key)?.label ?? "", label].filter(Boolean);
    edges.set(key, { from, to, label: labels.join("; ") });
  };

  for (const listener of listeners) {
    const place = showAddress(listener.address.value);
    const at = node(0, `listener ${listener.name}`, listener.name, `${place}${protocolsOf(listener)}`);
    if (listener.tracing) edge(at, `cluster ${listener.tracing.cluster}`, "traces");
    for (const { id: name, title, note, ways } of boxesOf(listener)) {
      const id = node(1, name, title, note);
      edge(at, id, "");
      for (const [cluster, label] of ways) edge(id, `cluster ${cluster}`, label);
    }
  }
  for (const { name, loadBalancing, localities } of clusters) {
    const at = node(2, `cluster ${name}`, name, loadBalancing.value.replaceAll("_", " "));
    for (const { zone, priority, endpoints } of localities) {
      for (const { address } of endpoints) {
        const note = [zone, priority > 0 ? `priority ${priority}` : ""].filter(Boolean).join(", ");
        edge(at, node(3, `endpoint ${showAddress(address)}`, showAddress(address), note), "");
      }
    }
  }
  return { columns, edges: [...edges.values()].filter(({ to }) => nodes.has(to)) };
}

/** Only the inbound listener of a sidecar leads to its application. */
function serviceId({ name }: Listener, service: Service): string {
  return `service ${service.name} of ${name}`;
}

function protocolsOf({ tls, grpcWeb, transcoding }: Listener): string {
  const mutual = tls?.clientCa === undefined ? "TLS" : "mutual TLS";
  const spoken = [tls ? mutual : "", grpcWeb.value ? "gRPC-Web" : "", transcoding.value ? "REST" : ""].filter(Boolean);
  return spoken.length === 0 ? "" : `, ${spoken.join(", ")}`;
}

function waysOf({ targets, canaries }: Service): [cluster: string, label: string][] {
  const sum = targets.reduce((total, { weight }) => total + weight, 0);
  const share = (weight: number): string =>
    targets.length === 1 ? "" : `${Number(((weight / sum) * 100).toPrecision(3))} %`;
  return [
    ...canaries.map(({ cluster, header, percent }): [string, string] => {
      const value = header?.value === undefined ? "" : `: ${header.value}`;
      const parts = [header ? `${header.name}${value}` : "", percent === undefined ? "" : `${percent} %`];
      return [cluster, parts.filter(Boolean).join(", ")];
    }),
    ...targets.map(({ cluster, weight }): [string, string] => [cluster, share(weight)]),
  ];
}
