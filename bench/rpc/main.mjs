/**
 * `npm run bench:rpc`: CPU per call on both sides, calls per second and latency, over loopback, one process a side. The
 * contenders take turns, and the median of the rounds counts: the machine may be busy. CPU is the figure to trust.
 *
 *     npm run bench:rpc -- [--quick] [--rounds N] [--calls N] [--size small] [--only TEXT] [--json FILE] [contender ...]
 */
import { readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkBars } from "./bars.mjs";
import { closePair, measure, openPair } from "./pair.mjs";
import { formatBars, formatCase, formatSurvival } from "./report.mjs";
import { measureSurvival } from "./survival.mjs";
import { inFlight, messages } from "./workload.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    calls: { type: "string" },
    size: { type: "string" },
    only: { type: "string", default: "" },
    json: { type: "string" },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 3 : 9));
const calls = Number(options.calls ?? (options.quick ? 1000 : 4000));
const sizes = choose("size", options.size === undefined ? [] : [options.size], Object.keys(messages));
const contenders = choose("contender", positionals, namesIn("contenders"));
/** Our transports and options, compared with our own plain call. */
const variants = contenders.includes("protoloom") ? namesIn("variants") : [];
/** Code is optimised while it warms up: until the client has spent this much CPU time, which a busy machine gives slowly. */
const WARM_UP_MS = options.quick ? 300 : 1500;
/** A round lasts at least this long: one of a few milliseconds measures what surrounds it, too. */
const ROUND_MS = options.quick ? 50 : 200;
const VARIED = "unary, 16 in flight";

const cases = [
  ...inFlight.map((n) => ({ name: `unary, ${n} in flight`, calls: n === 1 ? calls / 2 : calls, inFlight: n })),
  { name: "server streaming, per message", calls: calls * 5, streamed: "stream" },
  { name: "client streaming, per message", calls: calls * 5, streamed: "upload" },
  { name: "bidirectional streaming, per message", calls: calls * 5, streamed: "talk" },
];

const found = [];
for (const size of sizes) found.push(...(await compareAll(size)));
const survival = sizes.includes("small") && VARIED.includes(options.only) ? await surviving() : [];
const bars = checkBars(found, survival);
if (bars.length > 0) console.log(`\n${formatBars(bars)}`);
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ rounds, calls, cases: found, survival, bars })}\n`);
if (bars.some(({ holds }) => !holds)) process.exitCode = 1;

function namesIn(folder) {
  return readdirSync(join(here, folder)).map((file) => basename(file, ".mjs"));
}

function choose(what, wanted, all) {
  const unknown = wanted.find((each) => !all.includes(each));
  if (unknown !== undefined) {
    console.error(`unknown ${what} "${unknown}": expected ${all.join(", ")}`);
    process.exit(1);
  }
  return wanted.length > 0 ? wanted : all;
}

async function compareAll(size) {
  const wanted = cases.filter(({ name }) => name.includes(options.only));
  const results = await compare(size, wanted, "contenders", contenders);
  const varied = size === "small" ? wanted.filter(({ name }) => name === VARIED) : [];
  if (varied.length === 0 || variants.length === 0) return results;
  const ours = await compare(size, varied, "variants", [...variants, "../contenders/protoloom"]);
  return [...results, ...ours.map((result) => ({ ...result, name: `${result.name}, variants` }))];
}

/** Returns, for each case, the rounds of each contender. */
async function compare(size, wanted, folder, names) {
  const pairs = await Promise.all(names.map((name) => openPair(join(folder, name), size)));
  const results = [];
  for (const each of wanted) {
    const able = pairs.filter(({ streams }) => each.streamed === undefined || streams.includes(each.streamed));
    const result = { size, name: each.name, rounds: Object.fromEntries(able.map(({ contender }) => [contender, []])) };
    const work = new Map();
    for (const pair of able) work.set(pair, await warmUp(pair, each));
    for (let round = 0; round < rounds; round++) {
      for (const pair of able) result.rounds[pair.contender].push(await measure(pair, work.get(pair)));
    }
    console.log(`\n${formatCase(result)}`);
    results.push(result);
  }
  for (const pair of pairs) closePair(pair);
  return results;
}

/** Returns the case with as many calls as a round of this contender takes. */
async function warmUp(pair, each) {
  let rate = 0;
  for (let spent = 0; spent < WARM_UP_MS; ) {
    const round = await measure(pair, each);
    spent += (round.client * each.calls) / 1000;
    rate = round.rate;
  }
  return { ...each, calls: Math.max(each.calls, Math.ceil((rate * ROUND_MS) / 1000)) };
}

async function surviving() {
  const names = ["protoloom", "grpc-js-protobufjs"].filter((name) => contenders.includes(name));
  const rows = [];
  for (const name of names) rows.push(await measureSurvival(name, { calls: calls * 10, inFlight: 16 }));
  console.log(`\n${formatSurvival(rows)}`);
  return rows;
}
