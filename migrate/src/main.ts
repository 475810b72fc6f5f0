import { statSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { InputError } from "@protoloom/protoc-gen-compat";
import { type MigrateValues, migrateOptions } from "./options.js";
import { applyChanges, planMigration } from "./project.js";
import { diffReport, jsonReport, textReport } from "./report.js";
import { peers } from "./sources/index.js";
import { requireClean } from "./work-tree.js";

export { migrateOptions } from "./options.js";

/** The parts of the process that the command uses. */
export interface Surroundings {
  out(text: string): void;
  error(text: string): void;
}

const ALL = 0;
const COULD_NOT_RUN = 1;
const SOME_LEFT = 100;

/** The text of `protoloom migrate --help` before the options. */
export const migrateUsage = `protoloom migrate [FOLDER] [--from LIBRARY] [--proto FOLDER] [--dry-run] [--comments]

Moves a project to Protoloom: rewrites buf.gen.yaml, the scripts that call protoc, package.json, imports and call sites, and
removes what the old generator wrote. Call sites are found by their types, so the old generated code and its packages
have to be there. Nothing is written unless git can bring it back.

Exit codes: 0 everything is migrated, 100 places are left, each with its reason, 1 the migration could not run.
`;

/** `protoloom migrate`. The arguments are known to be options of the table. Returns the exit code. */
export function migrateCommand(args: readonly string[], { out, error }: Surroundings): number {
  try {
    return run(args, out);
  } catch (e) {
    if (!(e instanceof InputError)) throw e;
    error(`protoloom migrate: ${e.message.split("\n")[0]}\n`);
    return COULD_NOT_RUN;
  }
}

function run(args: readonly string[], out: (text: string) => void): number {
  const { values, positionals } = parse(args);
  const folder = resolve(positionals[0] ?? ".");
  if (positionals.length > 1) throw new InputError(`expected one folder, got ${positionals.join(" and ")}`);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new InputError(`there is no folder ${positionals[0]}`);
  requireNames(values.from ?? []);
  const format = values.format ?? "text";
  if (format !== "text" && format !== "json")
    throw new InputError(`unknown format ${JSON.stringify(format)}: expected text or json`);
  const isDryRun = values["dry-run"] === true;
  if (!isDryRun && !values["allow-dirty"]) requireClean(folder);
  const plan = planMigration({
    folder,
    tsconfig: values.tsconfig,
    protos: (values.proto ?? []).map((each) => resolve(each)),
    from: values.from,
    comments: values.comments === true,
  });
  if (!isDryRun) applyChanges(plan.changes);
  if (format === "json") out(jsonReport(plan, folder, isDryRun));
  else out((isDryRun ? diffReport(plan, folder) : "") + textReport(plan, folder, isDryRun));
  return plan.left.length > 0 ? SOME_LEFT : ALL;
}

function parse(args: readonly string[]): { readonly values: MigrateValues; readonly positionals: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: migrateOptions, allowPositionals: true });
    return { values: values as MigrateValues, positionals };
  } catch (e) {
    if (!String((e as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS")) throw e;
    throw new InputError((e as Error).message.split("\n")[0]!);
  }
}

function requireNames(names: readonly string[]): void {
  const known = peers.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new InputError(`unknown library ${JSON.stringify(unknown)}: expected ${known.join(", ")}`);
}
