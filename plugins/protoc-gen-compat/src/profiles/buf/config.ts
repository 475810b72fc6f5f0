import { posix } from "node:path";
import { type ConfigVersion, categoriesOf, rulesFor } from "./categories.js";

/** The `breaking:` part of a buf.yaml. */
export interface BufConfig {
  readonly version: ConfigVersion;
  readonly rules: ReadonlySet<string>;
  /** Paths of files and folders that are not checked. */
  readonly ignore: readonly string[];
  readonly ignoreOnly: ReadonlyMap<string, readonly string[]>;
  readonly ignoreUnstablePackages: boolean;
}

/** The configurations of a workspace: the file's own, and one for each module. */
export interface BufConfigs extends BufConfig {
  /** The checks that only buf itself can run: plugins and policies, by name. */
  readonly unchecked: readonly string[];
  /** The modules by their folder, each with its own configuration. */
  readonly modules: readonly { readonly path: string; readonly config: BufConfig }[];
}

/** A mistake in a configuration, as one line. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * Reads a parsed buf.yaml. Only `version`, `breaking`, and the `path` and `breaking` of modules matter here. A v2 module without its own
 * `breaking` inherits the file's. Throws ConfigError.
 */
export function parseBufConfig(yaml: unknown): BufConfigs {
  const file = objectOf(yaml ?? {}, "buf.yaml");
  const version = file.version ?? "v2";
  if (version !== "v1beta1" && version !== "v1" && version !== "v2") {
    throw new ConfigError(`buf.yaml: version ${JSON.stringify(version)} is unknown: expected v1beta1, v1 or v2`);
  }
  const own = parseBreaking(file.breaking ?? {}, version);
  const modules = listed(file.modules, "modules").map((each, i) => {
    const { path = ".", breaking } = objectOf(each, `modules[${i}]`);
    const config = breaking === undefined ? own : parseBreaking(breaking, version);
    return { path: posix.normalize(String(path)), config };
  });
  const unchecked = [
    ...listed(file.plugins, "plugins").map((each, i) => `plugin ${nameOf(each, "plugin", `plugins[${i}]`)}`),
    ...listed(file.policies, "policies").map((each, i) => `policy ${nameOf(each, "policy", `policies[${i}]`)}`),
  ];
  return { ...own, modules, unchecked };
}

function nameOf(value: unknown, key: string, where: string): string {
  return String(objectOf(value, where)[key]);
}

/** The configuration of one module of a workspace, with paths from its folder. */
export function ofModule(configs: BufConfigs, path: string): BufConfigs {
  const own = configs.modules.find((module) => isWithin(path, module.path))?.config ?? configs;
  const inModule = (paths: readonly string[]): string[] =>
    paths.flatMap((each) => (isWithin(path, each) ? ["."] : isWithin(each, path) ? [posix.relative(path, each)] : []));
  return {
    ...own,
    ignore: inModule(own.ignore),
    ignoreOnly: new Map([...own.ignoreOnly].map(([rule, paths]) => [rule, inModule(paths)])),
    modules: [],
    unchecked: configs.unchecked,
  };
}

/** Whether a path is a folder or inside it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === "." || path === folder || path.startsWith(`${folder.replace(/\/$/, "")}/`);
}

function parseBreaking(value: unknown, version: ConfigVersion): BufConfig {
  const breaking = objectOf(value, "breaking");
  const known = ["use", "except", "ignore", "ignore_only", "ignore_unstable_packages", "disable_builtin"];
  const unknown = Object.keys(breaking).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new ConfigError(`breaking: ${unknown} is unknown: expected ${known.join(", ")}`);

  const categories = categoriesOf(version);
  const resolve = (id: string, where: string): readonly string[] => {
    const ids = rulesFor(id, categories);
    if (ids === undefined)
      throw new ConfigError(`breaking.${where}: ${JSON.stringify(id)} is no rule or category of ${version}`);
    return ids;
  };
  const use = listOf(breaking.use, "use");
  const rules = new Set((use.length === 0 ? ["FILE"] : use).flatMap((id) => resolve(id, "use")));
  for (const id of listOf(breaking.except, "except")) for (const each of resolve(id, "except")) rules.delete(each);
  const ignoreOnly = new Map<string, readonly string[]>();
  for (const [id, paths] of Object.entries(objectOf(breaking.ignore_only ?? {}, "breaking.ignore_only"))) {
    for (const each of resolve(id, "ignore_only")) {
      ignoreOnly.set(each, [...(ignoreOnly.get(each) ?? []), ...listOf(paths, `ignore_only.${id}`)]);
    }
  }
  return {
    version,
    rules,
    ignore: listOf(breaking.ignore, "ignore"),
    ignoreOnly,
    ignoreUnstablePackages: breaking.ignore_unstable_packages === true,
  };
}

function objectOf(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigError(`${where}: expected a mapping, got ${JSON.stringify(value)}`);
  }
  return value as Record<string, unknown>;
}

function listOf(value: unknown, where: string): string[] {
  const items = listed(value, `breaking.${where}`);
  if (items.every((item) => typeof item === "string")) return items;
  throw new ConfigError(`breaking.${where}: expected a list of texts, got ${JSON.stringify(value)}`);
}

function listed(value: unknown, where: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new ConfigError(`${where}: expected a list, got ${JSON.stringify(value)}`);
  return value;
}
