/**
 * The parts of jest that the contract suite needs, for runtimes without it: a list of tests that are run in order. Stands in for
 * `@jest/globals` where the suite is bundled.
 */
import { createRequire } from "node:module";
import { format } from "node:util";

/** Required, not imported: Bun gives no names to what the package's ES module takes from CommonJS. */
export const { expect } = createRequire(import.meta.url)("expect") as typeof import("expect");

type Work = (...args: never[]) => unknown;
type Row = readonly unknown[] | unknown;

interface Entry {
  readonly name: string;
  readonly work: () => unknown;
  readonly after: readonly (() => unknown)[];
}

interface Level {
  readonly name: string;
  readonly after: (() => unknown)[];
}

const entries: Entry[] = [];
const levels: Level[] = [];

function describeOne(name: string, body: () => unknown): void {
  levels.push({ name, after: [] });
  body();
  levels.pop();
}

function testOne(name: string, work: () => unknown): void {
  const path = [...levels.map((level) => level.name), name].join(" › ");
  const around = [...levels]; // hooks may be added behind the test
  entries.push({ name: path, work, after: around.reverse().flatMap(({ after }) => after) });
}

/** The rows of a table: each becomes arguments, and its name is filled in from them. */
function each(one: (name: string, work: () => unknown) => void) {
  return (rows: readonly Row[]) => (name: string, work: Work) => {
    for (const row of rows) {
      const args = Array.isArray(row) ? row : [row];
      const named = String((row as { name?: unknown })?.name);
      one(nameOf(name.replaceAll("$name", named), args), () => (work as (...args: unknown[]) => unknown)(...args));
    }
  };
}

function nameOf(name: string, args: readonly unknown[]): string {
  const used = name.match(/%[sidjo]/g)?.length ?? 0;
  return format(name, ...args.slice(0, used));
}

export const describe = Object.assign(describeOne, { each: each(describeOne) });
export const test = Object.assign(testOne, { each: each(testOne), skip: () => {} });

export function afterEach(work: () => unknown): void {
  levels.at(-1)!.after.push(work);
}

export interface Outcome {
  readonly name: string;
  /** The text of what it failed with. */
  readonly failure?: string;
}

/** Runs what was registered. A test that takes a minute has failed. */
export async function runAll(): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, work, after } of entries) {
    try {
      await within(60_000, work());
      outcomes.push({ name });
    } catch (e) {
      outcomes.push({ name, failure: String((e as Error)?.stack ?? e) });
    }
    for (const hook of after) await hook();
  }
  return outcomes;
}

async function within(ms: number, work: unknown): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${ms} ms`)), ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
