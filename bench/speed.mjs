/**
 * `npm run bench`: encode, decode and JSON, ours against the peers, in operations per CPU-second. README.md explains.
 *
 *     --only NAME[,NAME]      workloads
 *     --ops NAME[,NAME]       encode, decode, toJson, fromJson
 *     --lib NAME[,NAME]       peers
 *     --process KIND          isolated or mixed; both by default
 *     --node NAME[,NAME]      versions of Node, such as 24,26; this one by default
 *     --bun                   Bun too, whose rows have no bars
 *     --quick                 about three minutes; half a minute with one workload and one operation
 *     --json FILE             writes the results
 *     --save NAME             keeps our code as it is now, and measures nothing
 *     --against NAME          measures what was saved too
 *
 * Exits with 1 when ours is wrong, or below a bar.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { provisionBun } from "../scripts/engines.mjs";
import { exitOnFailure } from "../scripts/run.mjs";
import { checkAll } from "./check.mjs";
import { compare, passes } from "./compare.mjs";
import { engineOf, thisEngine } from "./engine.mjs";
import { libraries, ours } from "./libraries/index.mjs";
import { measure } from "./measure.mjs";
import { operations } from "./operations.mjs";
import { peers, prepareLibrary, preparePayloads, savedLibrary, saveOurs, versionOf } from "./prepare.mjs";
import { formatEngines, formatSpeed } from "./speed-report.mjs";
import { workloads } from "./workloads.mjs";

const kinds = ["isolated", "mixed"];

/**
 * CPU times in µs. `processes` of each kind and library are started one after the other; in each, an operation is warmed
 * up, then timed in `turns` slices. Node 24 and newer take 0.3 s until their last compiler reaches a loop over numbers.
 */
const plans = {
  full: { processes: 4, turns: 7, sliceCpu: 10_000, warmCpu: 400_000, useCpu: 20_000 },
  quickFew: { processes: 3, turns: 7, sliceCpu: 10_000, warmCpu: 400_000, useCpu: 8_000 },
  quickMany: { processes: 1, turns: 5, sliceCpu: 6_000, warmCpu: 250_000, useCpu: 4_000 },
};

await exitOnFailure(async () => {
  const options = parseOptions(process.argv.slice(2));
  if (options.save) await saveOurs(options.save);
  else await run(options);
});

function parseOptions(args) {
  const text = /** @type {const} */ ({ type: "string" });
  const { values } = parseArgs({
    args,
    options: {
      only: text,
      ops: text,
      lib: text,
      process: text,
      node: text,
      bun: { type: "boolean" },
      json: text,
      save: text,
      against: text,
      quick: { type: "boolean" },
    },
  });
  const named = (option, list) => select(option, values[option], list);
  return {
    ...values,
    workloads: named("only", workloads),
    operations: named("ops", operations),
    peers: named("lib", peers()),
    kinds: named(
      "process",
      kinds.map((name) => ({ name })),
    ).map(({ name }) => name),
    saved: values.against === undefined ? [] : [savedLibrary(values.against)],
    engines: enginesOf(values),
  };
}

/** The engines to measure on. */
function enginesOf({ node, bun }) {
  const nodes = node === undefined ? [thisEngine] : node.split(",").map(engineOf);
  return bun ? [...nodes, { name: "Bun", binary: provisionBun(), hasBars: false }] : nodes;
}

/** The rows that an option names, or all without it. */
function select(option, value, rows) {
  if (value === undefined) return rows;
  for (const name of value.split(",")) {
    if (rows.some((row) => row.name === name)) continue;
    throw new Error(`invalid option "--${option} ${name}": expected ${rows.map((row) => row.name).join(", ")}`);
  }
  return rows.filter((row) => value.split(",").includes(row.name));
}

async function run({ workloads, operations, peers, kinds, saved, engines, quick, json }) {
  const start = performance.now();
  const payloadDir = await preparePayloads();
  const contenders = [];
  for (const library of [ours, ...peers, ...saved]) {
    progress(`preparing ${library.name}`);
    contenders.push({ library, folder: library.folder ?? (await prepareLibrary(library)) });
  }
  const wrong = await checkAll(contenders, workloads, payloadDir, progress);

  const plan = planFor(quick, workloads.length * operations.length * contenders.length * kinds.length);
  const results = [];
  for (const engine of engines) {
    const given = { contenders, workloads, operations, kinds, plan, payloadDir, engine, onProgress: progress };
    const samples = await measure(given);
    const barsOf = engine.hasBars ? undefined : () => [];
    results.push({
      engine: engine.name,
      rows: compare({ samples, ours, peers, saved, workloads, operations, kinds, wrong, barsOf }),
    });
  }
  progress("");

  const seconds = Math.round((performance.now() - start) / 1000);
  const load = loadavg()[0] / availableParallelism();
  const given = { operations, plan, seconds, load };
  for (const { engine, rows } of results) console.log(`${engine}\n\n${formatSpeed(rows, given)}\n`);
  if (results.length > 1) console.log(formatEngines(results, given));
  if (json) writeFileSync(json, `${JSON.stringify({ versions: versions(), plan, load, results }, null, 2)}\n`);
  const rows = results.flatMap((result) => result.rows);
  if (rows.some((row) => row.rates[0].wrong || row.bars.some((bar) => !passes(bar)))) process.exitCode = 1;
}

function planFor(quick, cells) {
  if (!quick) return plans.full;
  return cells <= 48 ? plans.quickFew : plans.quickMany;
}

function versions() {
  return libraries.flatMap(({ packages = [] }) => packages.map(versionOf));
}

/** A line that is overwritten, on a terminal only. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
