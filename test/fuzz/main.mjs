/**
 * Fuzzes our decoders against the official Python runtime, and our readers of JSON text against each other and against
 * protobuf-es: `npm run fuzz -- --runs 1000000 [--texts 1000000] [--seed N] [--ci]`. README.md beside this file says what
 * is compared, and how to find out about a divergence.
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
      texts: { type: "string" },
      seed: { type: "string" },
      from: { type: "string", default: "0" },
      lanes: { type: "string" },
      only: { type: "string" },
      "only-text": { type: "string" },
      ci: { type: "boolean", default: false },
    },
  });
  const defaults = values.ci
    ? { runs: 120_000, texts: 20_000, seed: 1 }
    : { runs: 100_000, seed: Math.floor(Math.random() * 0x7fffffff) };
  const runs = readCount("runs", values.runs ?? defaults.runs);
  return {
    runs,
    texts: readCount("texts", values.texts ?? defaults.texts ?? runs),
    seed: readCount("seed", values.seed ?? defaults.seed),
    from: readCount("from", values.from),
    lanes: readCount("lanes", values.lanes ?? Math.min(availableParallelism(), 8)),
    only: values.only === undefined ? undefined : readCount("only", values.only),
    onlyText: values["only-text"] === undefined ? undefined : readCount("only-text", values["only-text"]),
  };
}

function readCount(name, text) {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 0)
    throw new Error(`invalid option "--${name}=${text}": expected a whole number`);
  return count;
}

/** Runs all inputs and prints the report; returns whether nothing was found. */
async function fuzz({ seed, lanes: count, ...wanted }) {
  const provisions = provision(root, join(root, ".cache", "fuzz"));
  const requests = requestsOf(wanted);
  const lanes = await Promise.all(
    Array.from({ length: Math.min(count, requests.length) }, () => startLane({ provisions, seed })),
  );
  const report = new Report({ ...wanted, seed, ...lanes[0].introduction });
  try {
    await Promise.all(lanes.map((lane) => work(lane, requests, report)));
    await report.printFindings((finding) => lanes[0].minimise(finding), SHOWN_PER_KIND);
  } finally {
    for (const lane of lanes) lane.stop();
  }
  return report.printSummary();
}

/** The requests to the lanes, chunk by chunk: the one input that was named, or all bytes and texts. */
function requestsOf({ runs, texts, from, only, onlyText }) {
  if (only !== undefined) return [{ run: [only, only + 1] }];
  if (onlyText !== undefined) return [{ texts: [onlyText, onlyText + 1] }];
  return [
    ...chunksOf(from, from + runs).map((run) => ({ run })),
    ...chunksOf(from, from + texts).map((chunk) => ({ texts: chunk })),
  ];
}

function chunksOf(first, end) {
  const count = Math.ceil((end - first) / CHUNK);
  return Array.from({ length: count }, (_, i) => [first + i * CHUNK, Math.min(end, first + (i + 1) * CHUNK)]);
}

/** One lane takes request after request until none is left. A lane that dies ends the run: its input is a finding. */
async function work(lane, requests, report) {
  while (requests.length > 0 && !report.fatal) report.add(await lane.run(requests.shift()));
}
