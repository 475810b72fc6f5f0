/** Random deployment files over the whole schema, seeded: what we accept of them, the programs must accept too. */
import { LineCounter, type Node, parseDocument, visit } from "yaml";
import { deploymentSchema } from "../../plugins/protoc-gen-envoy/src/input/deployment.js";
import { type Generated, generate, textOf } from "../plugins/protoc-gen-envoy/generate.js";
import { root } from "./provision.js";

/** A small generator of random numbers (mulberry32): the same seed, the same files. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 to 1, without 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.next() * from.length)]!;
  }

  isLucky(chance: number): boolean {
    return this.next() < chance;
  }
}

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
}

const schema = deploymentSchema() as Schema;

const durations = ["0s", "1ms", "0.5ms", "50ms", "250ms", "1s", "1.5s", "61s", "2m", "1h", "400h", "876000h"];
const words = ["x-user", "eu-1", "eu-2", "a", "very-long-name-of-something-that-goes-on-and-on-and-on-for-a-while"];

/** The names of one file; `index` makes those of listeners and clusters its own, so that several fit into one Envoy. */
interface Names {
  /** A port that several listeners of the file may share. */
  readonly port: number;
  readonly clusters: readonly string[];
  readonly listeners: readonly string[];
  readonly jwt: readonly string[];
}

const services = ["shop.v1.Orders", "shop.v1.*", "*"];
const methods = ["GetOrder", "PlaceOrder", "WatchOrder"];

/** A deployment file as JSON, which is YAML. */
export function randomDeployment(random: Random, index: number): string {
  const names: Names = {
    port: 20_000 + (index % 40_000),
    clusters: [`a${index}`, `b${index}`, `c${index}`],
    listeners: [`in${index}`, `out${index}`],
    jwt: ["main", "other"],
  };
  const value = objectOf(schema, [], random, names);
  return JSON.stringify({
    ...value,
    clusters: clustersOf(random, names),
    services: value.services ?? { "*": { cluster: names.clusters[0] } },
  });
}

function clustersOf(random: Random, names: Names): object {
  const { additionalProperties } = schema.properties!.clusters!;
  return Object.fromEntries(
    names.clusters.map((name) => [
      name,
      randomValue(additionalProperties as Schema, ["clusters", name], random, names),
    ]),
  );
}

function randomValue(of: Schema, path: readonly string[], random: Random, names: Names): unknown {
  if (of.enum) return random.pick(of.enum);
  if (of.anyOf) return randomValue(random.pick(of.anyOf), path, random, names);
  switch (of.type) {
    case "object":
      return objectOf(of, path, random, names);
    case "array": {
      const count = Math.max(of.minItems ?? 0, random.pick([0, 1, 1, 2, 3]));
      return Array.from({ length: count }, (_, i) => randomValue(of.items!, [...path, String(i)], random, names));
    }
    case "boolean":
      return random.isLucky(0.5);
    case "integer":
      return random.pick([of.minimum!, of.minimum! + 1, Math.min(of.maximum!, of.minimum! + 3), of.maximum!]);
    case "number":
      return random.pick([0, 0.0001, 1, 1.25, 33.333, 50, 99.99, 100].filter((each) => each >= of.minimum!));
    default:
      return textOfKey(path, of, random, names);
  }
}

function objectOf(of: Schema, path: readonly string[], random: Random, names: Names): Record<string, unknown> {
  if (of.additionalProperties) {
    const keys = keysOf(path, random, names);
    return Object.fromEntries(
      keys.map((key) => [key, randomValue(of.additionalProperties as Schema, [...path, key], random, names)]),
    );
  }
  const chance = 0.3;
  const found = Object.entries(of.properties ?? {}).filter(
    ([key]) => of.required?.includes(key) || (key !== "filters" && key !== "clusters" && random.isLucky(chance)),
  );
  return Object.fromEntries(found.map(([key, each]) => [key, randomValue(each, [...path, key], random, names)]));
}

/** The keys of a map, by what the map is. */
function keysOf(path: readonly string[], random: Random, { clusters, listeners, jwt }: Names): readonly string[] {
  const some = (from: readonly string[]) => from.filter(() => random.isLucky(0.6));
  switch (path.at(-1)) {
    case "listeners":
      return some(listeners);
    case "services":
      return some(services);
    case "methods":
      return some(methods);
    case "split":
      return some(clusters);
    case "jwt":
      return jwt;
    default:
      return some(["eu-1", "eu-2"]);
  }
}

/** Text by its key, and else by its pattern: names that lead somewhere, and files that are there. */
function textOfKey(path: readonly string[], { pattern = "" }: Schema, random: Random, names: Names): unknown {
  const key = path.filter((each) => !/^\d+$/.test(each)).at(-1)!;
  const texts: Readonly<Record<string, readonly string[]>> = {
    // nginx binds what it checks
    address: [
      ...["127.0.0.1", "[::1]", path[0] === "listeners" ? "0.0.0.0" : "10.0.0.9", "localhost"].map(
        (host) => `${host}:${port(random)}`,
      ),
      `unix:/tmp/protoloom-${port(random)}.sock`,
      path[0] === "listeners" ? `127.0.0.1:${names.port}` : `10.0.0.8:${names.port}`,
    ],
    admin: [`127.0.0.1:${port(random)}`],
    application: [`127.0.0.1:${port(random)}`],
    inbound: [`127.0.0.1:${port(random)}`],
    outbound: [`0.0.0.0:${port(random)}`],
    certificate: ["tls/server.pem"],
    key: ["tls/server.key"],
    ca: ["tls/ca.pem"],
    client_ca: ["tls/ca.pem"],
    server_name: ["orders.internal", "10.0.0.1"],
    cluster: names.clusters,
    proxies: names.clusters,
    registered: ["shop.v1.Orders", "shop.v1.Orders/v2"],
    http: ["/healthz"],
    path_prefix: ["/check"],
    name: ["protoloom"],
    services,
    serves: ["shop.v1.Orders"],
    hosts: ["*", "shop.example", "Shop.example", "*.shop.example", "shop.*", "a*b"],
    origins: ["*", "https://shop.example", "https://*.shop.example", "https://shop.example/"],
    jwt: names.jwt,
    jwks: ["jwks.json", "http://keys.example/jwks", "https://keys.example/jwks"],
    methods: ["Get*", "*", "PlaceOrder"],
    path: ["access.log"],
    callers: ["spiffe://shop.example/web", "web"],
    value: ["1", 'a "quoted" $value', "ä"],
  };
  if (texts[key]) return random.pick(texts[key]);
  if (pattern.includes("REQ|")) return random.pick(["%REQ(x-user)%", "100 %%", "in %DURATION%", "ä", ...words]);
  if (pattern.includes("(ms|s|m|h)")) return random.pick(durations);
  return random.pick(words);
}

function port(random: Random): number {
  return 1024 + Math.floor(random.next() * 60_000);
}

/** The proto of the plugin's tests, with REST for one of its methods. */
export const protos = {
  "shop.proto": textOf(`${root}/test/plugins/protoc-gen-envoy/shop.proto`)
    .replace("package shop.v1;", '$&\nimport "google/api/annotations.proto";')
    .replace("option idempotency_level", 'option (google.api.http) = { get: "/v1/orders/{id}" };\n    $&'),
};

export interface Accepted {
  readonly deployment: string;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Files until so many were accepted. One that is refused is tried again without the keys that the diagnostics name, as its
 * user would mend it; `refused` counts these times.
 */
export function acceptedDeployments(
  count: number,
  seed: number,
  options: string,
  write: (text: string) => string,
): { accepted: Accepted[]; refused: number; broken: string[] } {
  const random = new Random(seed);
  const accepted: Accepted[] = [];
  const broken: string[] = [];
  let refused = 0;
  while (accepted.length < count && broken.length < 5) {
    let deployment = randomDeployment(random, accepted.length);
    for (let tries = 0; tries < 8; tries++) {
      const found = generated(`deployment=${write(deployment)},${options}`);
      if (found.error === "") {
        accepted.push({ deployment, files: found.files });
        break;
      }
      const places = [...found.error.matchAll(/^\S*\.yaml:(\d+):(\d+): .*\([\w-]+\)$/gm)];
      if (!/^\S+:\d+:\d+: .*\([\w-]+\)$/m.test(found.error)) broken.push(`${found.error}\n${deployment}`);
      if (places.length === 0) break;
      refused++;
      deployment = without(
        deployment,
        places.map(([, line, column]) => [Number(line), Number(column)]),
      );
    }
  }
  return { accepted, refused, broken };
}

function generated(parameter: string): Generated {
  try {
    return generate(protos, parameter);
  } catch (e) {
    return { error: `${(e as Error).stack}`, files: {} };
  }
}

/** Removes the nodes at these places: a key with its value, or an element. */
function without(deployment: string, places: readonly (readonly [line: number, column: number])[]): string {
  const lines = new LineCounter();
  const document = parseDocument(deployment, { lineCounter: lines });
  const offsets = new Set(places.map(([line, column]) => lines.lineStarts[line - 1]! + column - 1));
  const isNamed = (node: unknown) => offsets.has((node as Node | null)?.range?.[0] ?? -1);
  visit(document, {
    Pair: (_, { key, value }) => (isNamed(key) || isNamed(value) ? visit.REMOVE : undefined),
    Value: (key, node) => (typeof key === "number" && isNamed(node) ? visit.REMOVE : undefined),
  });
  return JSON.stringify(document.toJS());
}
