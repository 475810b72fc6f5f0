/**
 * `npm run bench:codegen`: CPU time and peak memory of protoc-gen-ts on large schemas, compared with protoc-gen-es; then of one
 * small plugin on @protoloom/plugin-kit and on @bufbuild/protoplugin. The requests come from `npm run corpus`.
 *
 *     --against FILE  another build of protoc-gen-ts, run in turns with this one
 *     --json FILE     writes the results
 *     --quick         one run each, without protoc-gen-es and without the engines
 *
 * Exits with 1 when a bar does not hold, or two runs on one request differ.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { exitOnFailure, root } from "../scripts/run.mjs";
import { compileCorpus, writeRequest } from "../test/corpus/requests.mjs";
import { bundleEngine } from "./engines/bundle.mjs";
import { median } from "./median.mjs";
import { formatTable } from "./table.mjs";

const ours = "plugins/protoc-gen-ts/bin/protoc-gen-ts";
const peer = "node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es";

/** CPU seconds, and MB. The engines have no bars of their own: protoplugin is theirs. */
const corpora = [
  { name: "nothing", title: "start-up: a request without files", runs: 9, bar: { cpu: 0.12 }, engines: true },
  { name: "envoy", title: "Envoy v3", runs: 5, bar: { cpu: 1.5 }, engines: true },
  {
    name: "google-cloud",
    title: "Google Cloud without Compute",
    runs: 3,
    bar: { cpu: 6, memory: 600 },
    engines: true,
  },
  { name: "compute", title: "Compute v1", runs: 3 },
  // protoplugin looks up each comment in a list of all of them: it does not get through within PATIENCE
  { name: "google", title: "all of google-proto-files", runs: 2, bar: { cpu: 60, memory: 2000 }, engines: true },
];

/** Seconds after which a peer is stopped, and reported as too slow. */
const PATIENCE = 120;

await exitOnFailure(async () => {
  const { values } = parseArgs({
    options: { json: { type: "string" }, quick: { type: "boolean" }, against: { type: "string" } },
  });
  const rows = [];
  for (const corpus of corpora) rows.push(await measure(corpus, values));
  console.log(format(rows));
  const engines = values.quick ? [] : await measureEngines();
  if (engines.length > 0) console.log(`\n${formatEngines(engines)}`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ rows, engines }, null, 2)}\n`);
  const isAllSame = [...rows.flatMap(({ ours, against = ours }) => [ours, against]), ...engines.flatMap(sidesOf)];
  if (!rows.every(({ ours, corpus }) => holds(ours, barOf(corpus)))) process.exitCode = 1;
  if (!isAllSame.every(({ isSame }) => isSame)) process.exitCode = 1;
});

async function measure(corpus, { quick, against }) {
  const { request, files } = requestFor(corpus, "");
  const contenders = { ours, ...(against === undefined ? {} : { against }) };
  return {
    corpus: corpus.name,
    files,
    size: statSync(request).size / 1e6,
    ...(await inTurns(contenders, request, quick ? 1 : corpus.runs)),
    ...(quick ? {} : { peer: await run(peer, request, PATIENCE) }),
  };
}

async function measureEngines() {
  const contenders = { kit: await bundleEngine("kit"), protoplugin: await bundleEngine("protoplugin") };
  const rows = [];
  for (const corpus of corpora.filter(({ engines }) => engines)) {
    const { request } = requestFor(corpus, "target=ts");
    rows.push({ corpus: corpus.name, ...(await inTurns(contenders, request, corpus.runs, "protoplugin")) });
  }
  return rows;
}

function requestFor({ name }, parameter) {
  const compiled = name === "nothing" ? { name, descriptorSet: "/dev/null", files: [] } : compileCorpus(name);
  return { request: writeRequest(compiled, parameter), files: compiled.files.length };
}

/**
 * Runs the contenders in turns, so that a busy machine affects all of them alike. Throws if one fails, but for a peer, whose
 * result is undefined then.
 */
async function inTurns(contenders, request, runs, peer = "") {
  /** @type {Record<string, any[] | undefined>} */
  const results = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let turn = 0; turn < runs; turn++) {
    for (const [name, plugin] of Object.entries(contenders)) {
      if (results[name] === undefined) continue;
      const result = await run(plugin, request, name === peer ? PATIENCE : undefined);
      if (result === undefined && name !== peer) throw new Error(`${plugin} failed: see npm run corpus`);
      if (result === undefined) results[name] = undefined;
      else results[name].push(result);
    }
  }
  return Object.fromEntries(Object.entries(results).map(([name, list]) => [name, list && summary(list)]));
}

/** Runs a plugin on a request as protoc does, through pipes; undefined when it fails or takes too long. */
async function run(plugin, request, patience) {
  const usage = fileURLToPath(new URL("codegen-usage.mjs", import.meta.url));
  /** @type {import("node:child_process").StdioOptions} */
  const stdio = ["pipe", "pipe", "ignore", "pipe"];
  const child = spawn(process.execPath, ["--import", usage, resolve(root, plugin)], { stdio });
  const timer = patience && setTimeout(() => child.kill(), patience * 1000);
  const hash = createHash("sha256");
  let output = 0;
  child.stdout.on("data", (data) => {
    output += data.length;
    hash.update(data);
  });
  let used = "";
  child.stdio[3].on("data", (data) => (used += data));
  const closed = new Promise((resolve) => child.on("close", resolve));
  await pipeline(createReadStream(request), child.stdin).catch(() => {}); // a killed plugin closes its input
  const status = await closed;
  clearTimeout(timer);
  return status === 0 ? { ...JSON.parse(used), output: output / 1e6, sha256: hash.digest("hex") } : undefined;
}

function summary(results) {
  return {
    cpu: median(results.map(({ cpu }) => cpu)),
    memory: Math.max(...results.map(({ memory }) => memory)),
    output: results[0].output,
    isSame: new Set(results.map(({ sha256 }) => sha256)).size === 1,
    sha256: results[0].sha256,
  };
}

function barOf(name) {
  return { cpu: Infinity, memory: Infinity, ...corpora.find((corpus) => corpus.name === name).bar };
}

function holds({ cpu, memory }, bar) {
  return cpu <= bar.cpu && memory <= bar.memory;
}

function format(rows) {
  const hasOther = rows.some(({ against }) => against !== undefined);
  const head = ["", "files", "in MB", "out MB", "CPU s", "bar", "memory MB", "bar", "", "protoc-gen-es"];
  const limit = (value) => (value === Infinity ? "" : `≤ ${value}`);
  const cells = rows.map(({ corpus, files, size, ours, against, ...row }) => {
    const bar = barOf(corpus);
    const mark = !ours.isSame ? "reruns differ" : holds(ours, bar) ? "✓" : "✗";
    const theirs = usage(row.peer);
    return [
      titleOf(corpus),
      String(files),
      size.toFixed(1),
      ours.output.toFixed(1),
      ours.cpu.toFixed(2),
      limit(bar.cpu),
      ours.memory.toFixed(0),
      limit(bar.memory),
      mark,
      "peer" in row ? theirs : "",
      ...(hasOther ? [against === undefined ? "" : `${usage(against)}${ratios(ours, against)}`] : []),
    ];
  });
  return formatTable([[...head, ...(hasOther ? ["against, in turns"] : [])], ...cells]);
}

function formatEngines(rows) {
  const head = ["one plugin on two engines", "plugin-kit", "protoplugin", ""];
  const cells = rows.map(({ corpus, kit, protoplugin }) => [
    titleOf(corpus),
    usage(kit),
    usage(protoplugin),
    protoplugin === undefined
      ? ""
      : `${ratios(kit, protoplugin).trim()}${kit.sha256 === protoplugin.sha256 ? ", same bytes" : ""}`,
  ]);
  return formatTable([head, ...cells]);
}

function sidesOf({ kit, protoplugin }) {
  return protoplugin === undefined ? [kit] : [kit, protoplugin];
}

function usage(result) {
  if (result === undefined) return `fails or > ${PATIENCE} s`;
  return `${result.cpu.toFixed(2)} s, ${result.memory.toFixed(0)} MB`;
}

function ratios(a, b) {
  return ` (× ${(a.cpu / b.cpu).toFixed(2)} CPU, × ${(a.memory / b.memory).toFixed(2)} memory)`;
}

function titleOf(name) {
  return corpora.find((corpus) => corpus.name === name).title;
}
