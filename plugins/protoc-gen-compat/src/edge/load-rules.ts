import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { languageSurfaces, type Surface, surfaces } from "../finding.js";
import { InputError } from "../input-error.js";
import { pairKinds } from "../pairs.js";
import { type Rule, severities } from "../rule.js";
import { rules as ownRules } from "../rules/index.js";

/**
 * Loads rules from files, each of which exports one rule or a list of them as its default. Node strips the types of
 * TypeScript itself, from version 22.18 on. Throws InputError with the file for what is no rule.
 */
export function loadRules(paths: readonly string[], folder: string): Rule[] {
  const rules = paths.flatMap((path) => {
    const source = join(folder, path).replaceAll("\\", "/");
    return exportedBy(resolve(folder, path), source).map((each, i, { length }) =>
      checked(each, length === 1 ? source : `${source}: rule ${i + 1}`, source),
    );
  });
  const ids = new Set<string>();
  for (const { id, source } of rules) {
    if (ids.has(id)) throw new InputError(`${source}: there is another rule ${id}`);
    ids.add(id);
  }
  return rules;
}

function exportedBy(file: string, source: string): readonly unknown[] {
  if (!existsSync(file)) throw new InputError(`${source} does not exist: compat.yaml names it under rules`);
  const isTypeScript = /\.[cm]?ts$/.test(file);
  if (isTypeScript && !(process.features as { typescript?: unknown }).typescript)
    throw new InputError(
      `${source} is TypeScript, which Node ${process.versions.node} cannot load: use Node 22.18 or newer, or compile it and name the JavaScript file in compat.yaml`,
    );
  let loaded: unknown;
  try {
    loaded = createRequire(import.meta.url)(file); // ES modules, too
  } catch (e) {
    throw new InputError(`cannot load ${source}: ${reasonOf(e, file)}`);
  }
  const isModule = typeof loaded === "object" && loaded !== null && Symbol.toStringTag in loaded;
  const { default: exported = isModule ? undefined : loaded } = (loaded ?? {}) as { default?: unknown };
  const list: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  if (list.length === 0) throw new InputError(`${source}: its default export has no rule`);
  return list;
}

function reasonOf(error: unknown, file: string): string {
  const { code, message = String(error), stack = "" } = error as NodeJS.ErrnoException;
  if (code === "ERR_REQUIRE_ASYNC_MODULE") return "it awaits at its top level, and must be synchronous";
  const [, line] = stack.startsWith(`${file}:`) ? (/:(\d+)/.exec(stack.slice(file.length)) ?? []) : [];
  return `${message.split("\n")[0]}${line === undefined ? "" : ` (line ${line})`}`;
}

const everySurface: readonly Surface[] = [...surfaces, ...languageSurfaces];

/** The rule with its file, after a check of what a compiler would check. */
function checked(value: unknown, where: string, source: string): Rule {
  const fail = (what: string): never => {
    throw new InputError(`${where}: ${what}`);
  };
  if (typeof value !== "object" || value === null)
    return fail("its default export is no rule: expected an object such as defineRule makes");
  const rule = value as Partial<Record<keyof Rule, unknown>>;
  const { id, on, surfaces: own, severity } = rule;
  if (
    typeof id !== "string" ||
    !/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/.test(id) ||
    ownRules.some((each) => each.id === id)
  )
    return fail(`id is ${JSON.stringify(id)}: expected the name of your team and of the rule, such as "acme/no-foo"`);
  if (!pairKinds.includes(on as Rule["on"]))
    return fail(`on is ${JSON.stringify(on)}: expected ${pairKinds.join(", ")}`);
  if (!Array.isArray(own) || own.length === 0 || !own.every((each) => everySurface.includes(each)))
    return fail(`surfaces is ${JSON.stringify(own)}: expected a list of ${everySurface.join(", ")}`);
  for (const key of ["purpose", "why", "fix"] as const)
    if (typeof rule[key] !== "string" || rule[key] === "") return fail(`${key} is missing: expected a sentence`);
  if (severity !== undefined && !severities.includes(severity as (typeof severities)[number]))
    return fail(`severity is ${JSON.stringify(severity)}: expected ${severities.join(", ")}`);
  if (typeof rule.check !== "function") return fail("check is missing: expected a function");
  return { ...(value as Rule), check: (pair) => (value as Rule).check(pair), source };
}
