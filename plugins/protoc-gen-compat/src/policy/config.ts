import { type Direction, directions, languageSurfaces, type Surface, surfaces } from "../finding.js";
import { type Mode, modes } from "../profiles/confluent.js";
import { type Rule, type Severity, severities } from "../rule.js";
import { rules } from "../rules/index.js";
import { defaultPolicy, type Policy, type Scope } from "./policy.js";
import { type Roles, type Travel, travels } from "./roles.js";
import type { Waiver } from "./waiver.js";

/** The settings of a compat.yaml. */
export interface Config {
  /** The baselines, in the forms of `--against`. */
  readonly against: readonly string[];
  /** Which compiler to use. Undefined: whichever is installed. */
  readonly compiler: CompilerName | undefined;
  /** Folders with imports, from the folder of the configuration. */
  readonly protoPaths: readonly string[];
  /** Whose rules decide. */
  readonly profile: Profile;
  /** For the profile `confluent`: the compatibility mode of the registry. */
  readonly mode: Mode;
  /** Severities, surfaces, directions and waivers. */
  readonly policy: Policy;
  /** Rules of the team's own. */
  readonly rules: readonly Rule[];
}

/** The profiles, the default first. */
export const profiles = ["proved", "buf", "confluent"] as const;
/** Whose rules decide: the gate's own proofs, those of `buf breaking`, or those of Confluent's schema registry. */
export type Profile = (typeof profiles)[number];

/** The compilers, the preferred one first. */
export const compilerNames = ["buf", "protoc"] as const;
/** A compiler of protos. */
export type CompilerName = (typeof compilerNames)[number];

/** A mistake in a configuration, as one line. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const keys = [
  "against",
  "compiler",
  "proto_path",
  "profile",
  "mode",
  "rules",
  "severity",
  "surfaces",
  "directions",
  "roles",
  "ignore",
  "scopes",
  "ignore_unstable_packages",
  "deprecate_then_delete",
  "waivers",
];

/** Settings of the command line that override the file. */
export interface Overrides {
  readonly profile?: string;
  readonly mode?: string;
  readonly compiler?: string;
}

/** Loads the rules in files. Throws InputError. */
export type LoadRules = (paths: readonly string[]) => readonly Rule[];

/** Reads a parsed compat.yaml. Throws ConfigError. */
export function parseConfig(
  yaml: unknown,
  file: string,
  today: string,
  overrides: Overrides = {},
  load: LoadRules = noRules,
): Config {
  const root = mapping(yaml ?? {}, file);
  const unknown = Object.keys(root).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new ConfigError(`${file}: ${unknown} is unknown: expected ${keys.join(", ")}`);
  const against = root.against ?? [];
  const own = root.rules === undefined ? [] : load(list(root.rules, `${file}: rules`).map(String));
  const ruleId = (id: string, where: string): string => knownId(id, own, where);
  const severitiesOf = (value: unknown, where: string): [string, Severity][] =>
    Object.entries(mapping(value, where)).map(([rule, each]) => [
      ruleId(rule, where),
      oneOf(each, severities, `${where}.${rule}`),
    ]);
  const chosenFrom = <T extends string>(values: readonly T[], key: keyof Overrides, inFile: unknown): T =>
    overrides[key] === undefined ? oneOf(inFile, values, `${file}: ${key}`) : oneOf(overrides[key], values, `--${key}`);
  const chosen = root.surfaces === undefined ? surfaces : list(root.surfaces, `${file}: surfaces`);
  if (chosen.length === 0) throw new ConfigError(`${file}: surfaces is empty, so that nothing would be checked`);
  return {
    against: typeof against === "string" ? [against] : list(against, `${file}: against`).map(String),
    compiler:
      (overrides.compiler ?? root.compiler) === undefined
        ? undefined
        : chosenFrom(compilerNames, "compiler", root.compiler),
    protoPaths: list(root.proto_path ?? [], `${file}: proto_path`).map(String),
    profile: chosenFrom(profiles, "profile", root.profile ?? "proved"),
    mode: chosenFrom(modes, "mode", root.mode ?? "BACKWARD"),
    policy: {
      ...defaultPolicy,
      severity: new Map(severitiesOf(root.severity ?? {}, `${file}: severity`)),
      scopes: [
        ...ignored(root.ignore, `${file}: ignore`),
        ...list(root.scopes ?? [], `${file}: scopes`).map((each, i) =>
          scope(each, `${file}: scopes[${i}]`, severitiesOf),
        ),
      ],
      directions: new Set(directionsOf(root.directions, `${file}: directions`)),
      roles: rolesOf(root.roles, `${file}: roles`),
      surfaces: new Set(
        chosen.map((each): Surface => oneOf(each, [...surfaces, ...languageSurfaces], `${file}: surfaces`)),
      ),
      ignoreUnstable: flag(root.ignore_unstable_packages, `${file}: ignore_unstable_packages`),
      deprecateThenDelete: flag(root.deprecate_then_delete, `${file}: deprecate_then_delete`),
      waivers: list(root.waivers ?? [], `${file}: waivers`).map((each, i) =>
        waiver(each, `${file}: waivers[${i}]`, i, ruleId),
      ),
      today,
    },
    rules: own,
  };
}

function noRules(paths: readonly string[]): never {
  throw new ConfigError(`rules of your own cannot be loaded here: ${paths.join(", ")}`);
}

/** Files and folders that are not checked. */
function ignored(value: unknown, where: string): Scope[] {
  if (value === undefined) return [];
  return [{ paths: list(value, where).map(String), packages: [], severity: "off" }];
}

function scope(
  value: unknown,
  where: string,
  severitiesOf: (value: unknown, where: string) => [string, Severity][],
): Scope {
  const { paths = [], packages = [], severity, ...others } = mapping(value, where);
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined)
    throw new ConfigError(`${where}: ${unknown} is unknown: expected paths, packages, severity`);
  const parts = { paths: list(paths, where).map(String), packages: list(packages, where).map(String) };
  if (parts.paths.length + parts.packages.length === 0) throw new ConfigError(`${where}: expected paths or packages`);
  const chosen =
    typeof severity === "string"
      ? oneOf(severity, severities, `${where}: severity`)
      : new Map(severitiesOf(severity, `${where}: severity`));
  return { ...parts, severity: chosen };
}

/** The directions by deployment order: servers that read data of old clients need backward, and so on. */
function directionsOf(value: unknown, where: string): readonly Direction[] {
  if (value === undefined) return directions;
  const chosen = list(value, where).map((each) => oneOf(each, directions, where));
  if (chosen.length === 0) throw new ConfigError(`${where} is empty, so that nothing would be checked`);
  return chosen;
}

const deployments = ["servers", "clients"] as const;

/** The travels of messages: `rpc` for those of RPCs, by who is deployed first, `sent` and `received` for others, by name. */
function rolesOf(value: unknown, where: string): Roles {
  const { rpc, ...others } = mapping(value ?? {}, where);
  const unknown = Object.keys(others).find((key) => !(travels as readonly string[]).includes(key));
  if (unknown !== undefined)
    throw new ConfigError(`${where}: ${unknown} is unknown: expected rpc, ${travels.join(", ")}`);
  const named = (travel: Travel): readonly string[] => list(others[travel] ?? [], `${where}: ${travel}`).map(String);
  const first = rpc === undefined ? undefined : mapping(rpc, `${where}: rpc`).deployed_first;
  return {
    deployedFirst: rpc === undefined ? undefined : oneOf(first, deployments, `${where}: rpc: deployed_first`),
    named: travels.flatMap((travel) => named(travel).map((name) => ({ name, travel }))),
  };
}

function waiver(value: unknown, where: string, index: number, ruleId: (id: string, where: string) => string): Waiver {
  const entry = mapping(value, where);
  const text = (key: string): string => {
    const found = entry[key];
    if (typeof found !== "string" || found.trim() === "")
      throw new ConfigError(`${where}: ${key} is missing: a waiver needs element, rule, reason, owner and expires`);
    return found;
  };
  const expires = text("expires");
  if (!isDay(expires)) {
    throw new ConfigError(`${where}: expires is ${JSON.stringify(expires)}: expected a day like 2026-12-31`);
  }
  const { change } = entry;
  return {
    element: text("element"),
    rule: ruleId(text("rule"), `${where}: rule`),
    reason: text("reason"),
    owner: text("owner"),
    expires,
    source: where,
    origin: { index },
    ...(change === undefined ? {} : { change: String(change) }),
  };
}

/** Whether the text is a calendar day, as YYYY-MM-DD. Date.parse accepts February 31 as a day in March. */
export function isDay(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function knownId(id: string, own: readonly Rule[], where: string): string {
  if (id === "message-combination" || [...rules, ...own].some((rule) => rule.id === id)) return id;
  throw new ConfigError(`${where}: ${JSON.stringify(id)} is no rule`);
}

function mapping(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigError(`${where}: expected a mapping, got ${JSON.stringify(value)}`);
  }
  return value as Record<string, unknown>;
}

function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ConfigError(`${where}: expected a list, got ${JSON.stringify(value)}`);
  return value;
}

function oneOf<T extends string>(value: unknown, values: readonly T[], where: string): T {
  if (values.includes(value as T)) return value as T;
  throw new ConfigError(`${where}: expected ${values.join(", ")}, got ${JSON.stringify(value)}`);
}

function flag(value: unknown, where: string): boolean {
  if (value === undefined || value === true || value === false) return value === true;
  throw new ConfigError(`${where}: expected true or false, got ${JSON.stringify(value)}`);
}
