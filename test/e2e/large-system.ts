/** A system as large companies have it: 30 services with 318 methods of all kinds, behind three listeners. */

const SERVICES = 30;
const METHODS = 318;
const AREAS = ["orders", "payments", "stock", "shipping", "people", "search"];
const VERBS = ["Get", "List", "Create", "Update", "Delete", "Watch", "Import", "Export", "Count", "Check", "Move"];

export interface LargeSystem {
  readonly protos: Readonly<Record<string, string>>;
  /** The paths of all methods. */
  readonly paths: readonly string[];
  /** The deployment file, with a cluster for each area at one of the ports, and a listener for each of three ports. */
  deployment(listeners: readonly [number, number, number], backends: readonly number[]): string;
}

export function largeSystem(): LargeSystem {
  const services = Array.from({ length: SERVICES }, (_, i) => {
    const area = AREAS[i % AREAS.length]!;
    const count = Math.floor(METHODS / SERVICES) + (i < METHODS % SERVICES ? 1 : 0);
    const name = `Service${i + 1}`;
    return {
      area,
      name,
      full: `large.${area}.v1.${name}`,
      methods: VERBS.slice(0, count).map((verb) => `${verb}Thing`),
    };
  });
  const byArea = AREAS.map((area) => ({ area, own: services.filter((service) => service.area === area) }));
  return {
    protos: Object.fromEntries(byArea.map(({ area, own }) => [`large/${area}.proto`, protoOf(area, own)])),
    paths: services.flatMap(({ full, methods }) => methods.map((method) => `/${full}/${method}`)),
    deployment: ([web, partners, inside], backends) => {
      const policies = byArea.map(({ area }, i) => {
        const canary = i === 0 ? `, canaries: [{ header: x-canary, cluster: ${AREAS[1]} }]` : "";
        return `  "large.${area}.v1.*": { cluster: ${area}, timeout: ${i + 1}s, retry: { attempts: ${(i % 3) + 1} }${canary} }`;
      });
      const clusters = AREAS.map((area, i) => {
        const endpoints = `[{ address: 127.0.0.1:${backends[i % backends.length]} }]`;
        return `  ${area}: { endpoints: ${endpoints}, outlier_detection: {} }`;
      });
      return `listeners:
  web: { address: 127.0.0.1:${web} }
  partners: { address: 127.0.0.1:${partners}, services: ["large.orders.v1.*", "large.stock.v1.*"] }
  inside: { address: 127.0.0.1:${inside} }
services:
${policies.join("\n")}
clusters:
${clusters.join("\n")}
`;
    },
  };
}

function protoOf(area: string, services: readonly { name: string; methods: readonly string[] }[]): string {
  const lines = services.flatMap(({ name, methods }) => [
    `service ${name} {`,
    ...methods.map((method) => {
      const streams = method.startsWith("Watch") || method.startsWith("Export") ? "stream " : "";
      const sent = method.startsWith("Import") ? "stream " : "";
      const level = /^(?:Get|List|Count|Check)/.test(method) ? " { option idempotency_level = NO_SIDE_EFFECTS; }" : ";";
      return `  rpc ${method}(${sent}Thing) returns (${streams}Thing)${level}`;
    }),
    "}",
  ]);
  return ['syntax = "proto3";', `package large.${area}.v1;`, "message Thing { string id = 1; }", ...lines, ""].join(
    "\n",
  );
}
