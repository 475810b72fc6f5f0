/**
 * `npm run bench:memory`: what a decoded message holds and what decoding it leaves to the collector, ours and the peers'.
 * README.md explains.
 *
 *     --node NAME    the version of Node, such as 24 or 26; this one by default
 *     --json FILE    writes the results
 *
 * Exits with 1 when a bar does not hold.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { exitOnFailure } from "../scripts/run.mjs";
import { checkAll } from "./check.mjs";
import { engineOf, thisEngine } from "./engine.mjs";
import { libraries, ours } from "./libraries/index.mjs";
import { median } from "./median.mjs";
import { prepareLibrary, preparePayloads } from "./prepare.mjs";
import { formatBytes, formatTable } from "./table.mjs";
import { workloads as everyWorkload } from "./workloads.mjs";

/** Ours may take this much of what the leanest correct peer does. */
const BAR = 1.1;
const PROCESSES = 3;
const measures = ["held", "garbage"];
const workloads = everyWorkload.filter(({ name }) => ["otlp", "xds", "tree"].includes(name));
const probe = fileURLToPath(new URL("memory-probe.mjs", import.meta.url));
/** No collection happens before this much is allocated: ten decodes of each payload take a quarter of it. */
const flags = ["--expose-gc", "--min-semi-space-size=256", "--max-semi-space-size=256"];

await exitOnFailure(async () => {
  const { values } = parseArgs({ options: { node: { type: "string" }, json: { type: "string" } } });
  const engine = values.node === undefined ? thisEngine : engineOf(values.node);
  const payloadDir = await preparePayloads();
  const contenders = [];
  for (const library of libraries) contenders.push({ library, folder: await prepareLibrary(library) });
  const wrong = await checkAll(contenders, workloads, payloadDir, () => {});
  const rows = workloads.flatMap(({ name }) => {
    const correct = contenders.filter(({ library }) => !wrong[library.name]?.[name]?.decode);
    const results = correct.map(({ library, folder }) => ({
      library: library.name,
      ...measure(engine, [folder, payloadDir, name]),
    }));
    return measures.map((measure) => rowOf(name, measure, results));
  });
  console.log(`${engine.name}\n\n${format(rows)}`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ engine: engine.name, rows }, null, 2)}\n`);
  if (!rows.every(passes)) process.exitCode = 1;
});

/** The medians of several processes. */
function measure(engine, args) {
  const runs = Array.from({ length: PROCESSES }, () => {
    const { status, stdout, stderr } = spawnSync(engine.binary, [...flags, probe, ...args], { encoding: "utf8" });
    if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
    return JSON.parse(stdout);
  });
  return Object.fromEntries(measures.map((name) => [name, median(runs.map((run) => run[name]))]));
}

function rowOf(workload, measure, results) {
  const bytes = Object.fromEntries(results.map((result) => [result.library, result[measure]]));
  const leanest = Math.min(...Object.entries(bytes).flatMap(([name, size]) => (name === ours.name ? [] : [size])));
  return { workload, measure, bytes, ratio: bytes[ours.name] / leanest };
}

function passes({ ratio }) {
  return ratio <= BAR;
}

function format(rows) {
  const names = libraries.map(({ name }) => name);
  const head = ["workload", "KB", ...names, "ratio to the leanest", "bar", ""];
  const lines = rows.map((row) => [
    row.workload,
    row.measure,
    ...names.map((name) => (name in row.bytes ? formatBytes(row.bytes[name]) : "wrong")),
    row.ratio.toFixed(2),
    `≤ ${BAR}`,
    passes(row) ? "✓" : "✗",
  ]);
  return formatTable([head, ...lines], 2);
}
