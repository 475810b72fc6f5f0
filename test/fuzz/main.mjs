/**
 * Fuzzes our decoders against the official Python runtime: `npm run fuzz -- --runs 1000000 [--seed N] [--ci]`.
 * README.md beside this file says what is compared, and how to find out about a divergence.
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startLane } from "./lanes.mjs";
import { provision } from "./provision.mjs";
import { Report } from "./report.mjs";

const root = join(import.meta.dirname, "..", "..");
/** How many findings of one kind are made smaller and printed. */
const SHOWN_PER_KIND = 3;
const CHUNK = 2000;

try {
  const options = readOptions();
  process.exitCode = (await fuzz(options)) ? 0 : 1;
} catch (error) {
  console.error(`fuzz: ${error.message}`);
  process.exitCode = 1;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      runs: { type: "string" },
      seed: { type: "string" },
      from: { type: "string", default: "0" },
      lanes: { type: "string" },
      only: { type: "string" },
      ci: { type: "boolean", default: false },
    },
  });
  const defaults = values.ci
    ? { runs: 120_000, seed: 1 }
    : { runs: 100_000, seed: Math.floor(Math.random() * 0x7fffffff) };
  return {
    runs: readCount("runs", values.runs ?? defaults.runs),
    seed: readCount("seed", values.seed ?? defaults.seed),
    from: readCount("from", values.from),
    lanes: readCount("lanes", values.lanes ?? Math.min(availableParallelism(), 8)),
    only: values.only === undefined ? undefined : readCount("only", values.only),
  };
}

function readCount(name, text) {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 0)
    throw new Error(`invalid option "--${name}=${text}": expected a whole number`);
  return count;
}

/** Runs all inputs and prints the report; returns whether nothing was found. */
async function fuzz({ runs, seed, from, lanes: count, only }) {
  const provisions = provision(root, join(root, ".cache", "fuzz"));
  const lanes = await Promise.all(
    Array.from({ length: only === undefined ? count : 1 }, () => startLane({ provisions, seed })),
  );
  const report = new Report({ runs, seed, ...lanes[0].introduction });
  try {
    const chunks = only === undefined ? chunksOf(from, from + runs) : chunksOf(only, only + 1);
    await Promise.all(lanes.map((lane) => work(lane, chunks, report)));
    await report.printFindings((finding) => lanes[0].minimise(finding), SHOWN_PER_KIND);
  } finally {
    for (const lane of lanes) lane.stop();
  }
  return report.printSummary();
}

function chunksOf(first, end) {
  const count = Math.ceil((end - first) / CHUNK);
  return Array.from({ length: count }, (_, i) => [first + i * CHUNK, Math.min(end, first + (i + 1) * CHUNK)]);
}

/** One lane takes chunk after chunk until none is left. A lane that dies ends the run: its input is a finding. */
async function work(lane, chunks, report) {
  while (chunks.length > 0 && !report.fatal) {
    const chunk = chunks.shift();
    const result = await lane.run(chunk);
    report.add(result);
  }
}
