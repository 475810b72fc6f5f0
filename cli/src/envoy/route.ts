import { readFileSync } from "node:fs";
import { helpOption, type Option, optionsHelp, parseOptions } from "../options.js";
import { type HttpRequest, type Listener, type Match, matchRequest, type RouteMap, type Way } from "./match.js";

interface RouteValues {
  readonly header?: readonly string[];
  readonly routes?: string;
  readonly format?: string;
  readonly help?: boolean;
}

export const routeOptions: Readonly<Record<keyof RouteValues, Option>> = {
  header: {
    type: "string",
    short: "H",
    multiple: true,
    value: '"NAME: VALUE"',
    choices: [],
    about: "another header; may be repeated",
  },
  routes: {
    type: "string",
    value: "FILE",
    about: "the output of protoc-gen-envoy with format=routes; default: routes.json",
  },
  format: { type: "string", value: "FORMAT", choices: ["text", "json"], about: "text (default) or json" },
  help: helpOption,
};

const usage = `protoloom route REQUEST [--routes FILE] [--format text|json]

Shows where a request goes: route, clusters, timeout, retries and guards, each with the line that decides it.

  protoloom route "POST /shop.v1.Orders/GetOrder with x-canary: 1 on listener public"

REQUEST is VERB PATH [with HEADER: VALUE [and HEADER: VALUE …]] [on host HOST] [on listener NAME]

${optionsHelp(routeOptions)}
`;

/** Runs `protoloom route` and returns its exit code: 0, or 1 if there is no such listener or file. */
export function routeCommand(args: string[]): number {
  try {
    const { values, positionals } = parseOptions<RouteValues>(args, routeOptions);
    if (values.help) return say(usage);
    const asked = parseRequest(positionals.join(" "), values.header ?? []);
    const format = values.format ?? "text";
    if (format !== "text" && format !== "json")
      throw new Error(`unknown format ${JSON.stringify(format)}: expected text or json`);
    const match = matchRequest(listenerOf(readRoutes(values.routes ?? "routes.json"), asked.listener), asked);
    return say(format === "json" ? `${JSON.stringify(jsonOf(match), undefined, 2)}\n` : textOf(match));
  } catch (e) {
    process.stderr.write(`protoloom route: ${(e as Error).message}\n`);
    return 1;
  }
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

export interface Asked extends HttpRequest {
  readonly listener: string | undefined;
}

const form = /^([A-Z]+) (\/\S*)(?: with (.+?))?(?: on host (\S+))?(?: on listener (\S+))?$/;

/** Reads "POST /shop.v1.Orders/GetOrder with x-canary: 1 on listener public". */
export function parseRequest(text: string, more: readonly string[] = []): Asked {
  const [, verb, path, headers = "", host, listener] = form.exec(text.trim()) ?? [];
  if (verb === undefined || path === undefined)
    throw new Error(
      `expected a request such as "POST /shop.v1.Orders/GetOrder with x-canary: 1 on listener public", got ${JSON.stringify(text)}`,
    );
  const lines = headers === "" ? [] : headers.split(/ and (?=[\w-]+:)/);
  return { verb, path, host, listener, headers: new Map([...lines, ...more].map(headerOf)) };
}

function headerOf(line: string): [string, string] {
  const [, name, value] = /^([\w-]+): ?(.*)$/.exec(line) ?? [];
  if (name === undefined || value === undefined)
    throw new Error(`expected a header such as "x-canary: 1", got ${JSON.stringify(line)}`);
  return [name.toLowerCase(), value];
}

function readRoutes(file: string): RouteMap {
  try {
    const read = JSON.parse(readFileSync(file, "utf8")) as RouteMap;
    if (Array.isArray(read?.listeners)) return read;
  } catch (e) {
    const { code, message } = e as NodeJS.ErrnoException;
    if (code !== "ENOENT" && !(e instanceof SyntaxError)) throw new Error(`cannot read ${file}: ${message}`);
    if (code === "ENOENT") throw new Error(`${file} does not exist: write it by protoc-gen-envoy with format=routes`);
  }
  throw new Error(`${file} is not what protoc-gen-envoy writes with format=routes`);
}

function listenerOf({ listeners }: RouteMap, name: string | undefined): Listener {
  const names = listeners.map((each) => each.name).join(", ");
  const [first, ...others] = name === undefined ? listeners : listeners.filter((each) => each.name === name);
  if (first === undefined) throw new Error(`no listener ${JSON.stringify(name)}: expected one of ${names}`);
  if (others.length > 0) throw new Error(`expected "on listener NAME", one of ${names}`);
  return first;
}

/** The match as JSON: each way with its share, clusters and settings. */
function jsonOf({ listener, ways, answer }: Match): object {
  return {
    listener: listener.name,
    answer,
    ways: ways.map(({ route, share, rest }) => ({
      share,
      route: route.name,
      because: route.because,
      rest,
      clusters: sharesOf(route.clusters),
      clusters_because: route.clusters_because,
      authorization: guardOf(listener, route),
      settings: route.settings,
      fragment: route.fragment,
    })),
  };
}

function sharesOf(clusters: readonly { readonly name: string; readonly weight: number }[]) {
  const sum = clusters.reduce((total, { weight }) => total + weight, 0);
  return clusters.map(({ name, weight }) => ({ name, share: sum === 0 ? 0 : weight / sum }));
}

/** The cluster of the service that must allow the call, unless the method is public. */
function guardOf({ authorization }: Listener, { settings }: Way["route"]): string | undefined {
  const auth = settings.find(({ key }) => key === "auth")?.value as { readonly public?: boolean } | undefined;
  return auth?.public ? undefined : authorization;
}

function textOf({ listener, ways, answer }: Match): string {
  const lines = [`listener ${listener.name} at ${listener.address}  (${listener.because})`];
  if (answer !== undefined) lines.push(`  ${answer}`);
  for (const way of ways) lines.push(...linesOf(way, listener));
  return `${lines.join("\n")}\n`;
}

function linesOf({ route, share, rest }: Way, listener: Listener): string[] {
  const { name, header, percent, clusters, settings, fragment } = route;
  const when = [
    header ? `with ${header.name}${header.value === undefined ? "" : `: ${header.value}`}` : "",
    percent === undefined ? "" : `${percent} %`,
  ].filter(Boolean);
  const guard = guardOf(listener, route);
  const rows: [string, string][] = [
    [`route ${[name, ...when].join(", ")}${rest === undefined ? "" : `, by REST ${rest}`}`, route.because],
    [`→ ${sharesOf(clusters).map(shown).join(", ")}`, route.clusters_because],
    ...(guard === undefined ? [] : [[`authorized by ${guard}`, "authorization"] as [string, string]]),
    ...settings.map(({ text, because }): [string, string] => [text, because]),
    ...(fragment ? [[`Envoy: ${JSON.stringify(fragment.envoy)}`, fragment.because] as [string, string]] : []),
  ];
  const width = Math.min(60, Math.max(...rows.map(([text]) => text.length)));
  const lines = rows.map(
    ([text, because], i) => `${i === 0 ? "  " : "    "}${text.padEnd(i === 0 ? width + 2 : width)}  ${because}`,
  );
  return share < 1 ? ["", `  ${percentOf(share)} of these requests:`, ...lines] : ["", ...lines];
}

function shown({ name, share }: { readonly name: string; readonly share: number }): string {
  return share === 1 ? name : `${name} ${percentOf(share)}`;
}

function percentOf(share: number): string {
  return `${Number((share * 100).toPrecision(4))} %`;
}
