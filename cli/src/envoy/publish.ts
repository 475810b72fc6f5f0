import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parse, stringify } from "yaml";

/** One step that Envoy must have taken before the next: files that replace others, or go away. */
export interface Step {
  readonly about: string;
  readonly write: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/** The files below a folder by their paths in it. */
export type Files = Readonly<Record<string, string>>;

/**
 * The steps from one output of `format=files` to another, so that at each moment what is named is there: what clusters and
 * listeners name, clusters both old and new, listeners, routes, and at last without what nobody names any more. In another
 * order Envoy refuses a file, and does not look at it again until it changes.
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
    { about: "what nobody names any more", write: {}, remove: gone },
  ];
  return steps.filter(({ write, remove }) => Object.keys(write).length > 0 || remove.length > 0);
}

/** What Envoy is started with is not watched: a restart takes it. */
const BOOTSTRAP = "bootstrap.yaml";
const CLUSTERS = "clusters.yaml";

interface Response {
  readonly resources: readonly { readonly name: string }[];
}

/** The new clusters, and those of the old ones that are no more. */
function withOld(before: string | undefined, after: string): string {
  if (before === undefined) return after;
  const next = parse(after) as Response;
  const names = new Set(next.resources.map(({ name }) => name));
  const old = (parse(before) as Response).resources.filter(({ name }) => !names.has(name));
  return old.length === 0
    ? after
    : stringify({ ...next, version_info: "between", resources: [...next.resources, ...old] });
}

/** Takes the steps: a file is moved into its place whole. After each, Envoy is asked where its administration is known. */
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

/** How long Envoy gets for a step where nobody can be asked. */
const PAUSE_MS = 1000;
const PATIENCE_MS = 10_000;
/** In the same file system, so that a move is one step; not in a folder that is watched. */
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

/** How often Envoy has taken files, and refused them. */
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
    if (Date.now() > end) return; // new files of a cluster that is not there yet are not read, and not counted
  }
}
