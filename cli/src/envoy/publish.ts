import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parse, stringify } from "yaml";

/** A step that Envoy must apply before the next one: files to replace or remove. */
export interface Step {
  readonly about: string;
  readonly write: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/** The files below a folder, by relative path. */
export type Files = Readonly<Record<string, string>>;

/**
 * The steps from one output of `format=files` to another. At every moment, all referenced resources exist: first the files
 * that clusters and listeners refer to, then old and new clusters, listeners and routes; last, unused files are removed.
 * In any other order Envoy rejects a file and does not read it again until it changes.
 */
export function stepsBetween(before: Files, after: Files): Step[] {
  const changed = Object.fromEntries(Object.entries(after).filter(([name, text]) => before[name] !== text));
  const those = (holds: (name: string) => boolean): Files =>
    Object.fromEntries(Object.entries(changed).filter(([name]) => holds(name)));
  const gone = Object.keys(before).filter((name) => after[name] === undefined && name !== BOOTSTRAP);
  const isNew = (name: string): boolean => before[name] === undefined;
  const both = changed[CLUSTERS] === undefined ? {} : { [CLUSTERS]: withOld(before[CLUSTERS], after[CLUSTERS]!) };
  const steps: Step[] = [
    { about: "endpoints and certificates", write: those((name) => /^(?:endpoints|secrets)\//.test(name)), remove: [] },
    { about: "clusters, old and new", write: both, remove: [] },
    { about: "routes of new listeners", write: those((name) => name.startsWith("routes/") && isNew(name)), remove: [] },
    { about: "listeners", write: those((name) => name === "listeners.yaml"), remove: [] },
    { about: "routes", write: those((name) => name.startsWith("routes/") && !isNew(name)), remove: [] },
    { about: "clusters, new alone", write: those((name) => name === CLUSTERS), remove: [] },
    { about: "resources that nothing refers to any longer", write: {}, remove: gone },
  ];
  return steps.filter(({ write, remove }) => Object.keys(write).length > 0 || remove.length > 0);
}

/** Envoy does not watch its bootstrap file: a change needs a restart. */
const BOOTSTRAP = "bootstrap.yaml";
const CLUSTERS = "clusters.yaml";

interface Response {
  readonly resources: readonly { readonly name: string }[];
}

/** The new clusters, plus the old ones that were removed. */
function withOld(before: string | undefined, after: string): string {
  if (before === undefined) return after;
  const next = parse(after) as Response;
  const names = new Set(next.resources.map(({ name }) => name));
  const old = (parse(before) as Response).resources.filter(({ name }) => !names.has(name));
  return old.length === 0
    ? after
    : stringify({ ...next, version_info: "between", resources: [...next.resources, ...old] });
}

/** Runs the steps. Files are moved into place atomically. If Envoy's admin address is known, each step waits for Envoy. */
export async function publish(
  from: string,
  to: string,
  admin: string | undefined,
  say: (text: string) => void,
): Promise<void> {
  const steps = stepsBetween(filesBelow(to), filesBelow(from));
  for (const step of steps) {
    const asked = admin === undefined ? undefined : await updates(admin);
    for (const [name, text] of Object.entries(step.write)) replace(to, name, text);
    for (const name of step.remove) rmSync(join(to, name));
    const names = [...Object.keys(step.write), ...step.remove.map((name) => `-${name}`)];
    if (admin !== undefined && asked !== undefined && Object.keys(step.write).length > 0)
      await taken(admin, asked, step);
    else await setTimeout(PAUSE_MS);
    say(`${step.about}: ${names.join(", ")}\n`);
  }
  rmSync(join(to, NEXT), { recursive: true, force: true });
  if (steps.length === 0) say("nothing has changed\n");
}

/** The pause after a step if the admin interface is not available. */
const PAUSE_MS = 1000;
const PATIENCE_MS = 10_000;
/** On the same file system, so that a move is atomic, but not in a watched folder. */
const NEXT = ".next";

function filesBelow(folder: string): Files {
  if (!existsSync(folder)) return {};
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  const files = names.filter((name) => name.endsWith(".yaml") && !name.startsWith(NEXT));
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

function replace(folder: string, name: string, text: string): void {
  const next = join(folder, NEXT, name);
  for (const each of [next, join(folder, name)]) mkdirSync(dirname(each), { recursive: true });
  writeFileSync(next, text);
  renameSync(next, join(folder, name));
}

interface Updates {
  readonly taken: number;
  readonly rejected: number;
}

/** How many updates Envoy has accepted and rejected. */
async function updates(admin: string): Promise<Updates> {
  const response = await fetch(`${admin}/stats?format=json&filter=update_(success|rejected)$`).catch((e: Error) => {
    throw new Error(`cannot ask ${admin}: ${(e.cause as Error | undefined)?.message ?? e.message}`);
  });
  const { stats } = (await response.json()) as { stats: readonly { name: string; value: number }[] };
  const sum = (end: string): number =>
    stats.filter(({ name }) => name.endsWith(end)).reduce((total, { value }) => total + value, 0);
  return { taken: sum("update_success"), rejected: sum("update_rejected") };
}

async function taken(admin: string, before: Updates, { about, write }: Step): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; ; await setTimeout(50)) {
    const now = await updates(admin);
    if (now.rejected > before.rejected)
      throw new Error(
        `Envoy refuses ${Object.keys(write).join(", ")} (${about}): its log says why; what comes after was not published`,
      );
    if (now.taken > before.taken) return;
    if (Date.now() > end) return; // Envoy neither reads nor counts files of clusters that it does not have yet
  }
}
