import { Status } from "../gen/protoloom/registry/v1/registry_pb.js";
import type { Parts } from "../plane/parts.js";
import { type Page, text } from "./router.js";

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter";
  values(plane: Parts): Iterable<readonly [labels: Readonly<Record<string, string>>, value: number]>;
}

/** The metrics, one row each. Names follow Prometheus ("Metric and label naming"). */
const metrics: readonly Metric[] = [
  {
    name: "protoloom_connections",
    help: "Open connections.",
    type: "gauge",
    values: ({ server }) => [[{}, server.connections]],
  },
  {
    name: "protoloom_xds_streams",
    help: "Open discovery streams, by family of client and variant of the protocol.",
    type: "gauge",
    values: ({ discovery }) =>
      counted(discovery.streams.map(({ client, variant }) => ({ family: client?.family ?? "unknown", variant }))),
  },
  {
    name: "protoloom_xds_messages_total",
    help: "Discovery responses sent.",
    type: "counter",
    values: ({ discovery }) => [[{}, discovery.messages]],
  },
  {
    name: "protoloom_xds_nacks_total",
    help: "Resources that clients have refused.",
    type: "counter",
    values: ({ discovery }) => [[{}, discovery.nacks]],
  },
  {
    name: "protoloom_instances",
    help: "Registered instances, by namespace and status.",
    type: "gauge",
    values: ({ registry }) =>
      counted(
        registry.namespaces.flatMap((namespace) =>
          registry.list(namespace).map(({ status }) => ({ namespace, status: Status[status].toLowerCase() })),
        ),
      ),
  },
  {
    name: "protoloom_protected_services",
    help: "Services whose instances do not expire because many fell silent at once.",
    type: "gauge",
    values: ({ registry }) => [
      [
        {},
        registry.namespaces.flatMap((namespace) =>
          registry.servicesOf(namespace).filter((service) => registry.isProtected(namespace, service)),
        ).length,
      ],
    ],
  },
  {
    name: "process_resident_memory_bytes",
    help: "Resident memory size in bytes.",
    type: "gauge",
    values: () => [[{}, process.memoryUsage.rss()]],
  },
  {
    name: "process_cpu_seconds_total",
    help: "Total user and system CPU time spent in seconds.",
    type: "counter",
    values: () => [[{}, process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6]],
  },
];

/** `/metrics`, in the text format of Prometheus. */
export function metricsPage(plane: Parts): Page {
  return (_, { pathname }) =>
    pathname === "/metrics" ? text(metrics.map((metric) => shown(metric, plane)).join(""), 200, FORMAT) : undefined;
}

const FORMAT = "text/plain; version=0.0.4; charset=utf-8";

function shown({ name, help, type, values }: Metric, plane: Parts): string {
  const lines = Array.from(values(plane), ([labels, value]) => `${name}${labelsOf(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function counted(all: readonly Record<string, string>[]): [Record<string, string>, number][] {
  const counts = new Map<string, [Record<string, string>, number]>();
  for (const labels of all) {
    const key = JSON.stringify(labels);
    const known = counts.get(key);
    counts.set(key, [labels, (known?.[1] ?? 0) + 1]);
  }
  return [...counts.values()];
}
