/**
 * `npm run bench:codegen`: CPU time and peak memory of protoc-gen-ts on large schemas, and of protoc-gen-es. The protos
 * and their requests are those of `npm run corpus`.
 *
 *     --json FILE    writes the results
 *     --quick        one run each, without protoc-gen-es
 *
 * Exits with 1 when a bar does not hold, or two runs on one request differ.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { exitOnFailure, root } from "../scripts/run.mjs";
import { compileCorpus, writeRequest } from "../test/corpus/requests.mjs";
import { median } from "./median.mjs";
import { formatTable } from "./table.mjs";

const ours = "plugins/protoc-gen-ts/bin/protoc-gen-ts";
const peer = "node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es";

/** CPU seconds, and MB. */
const corpora = [
  { name: "nothing", title: "start-up: a request without files", runs: 9, bar: { cpu: 0.12 } },
  { name: "envoy", title: "Envoy v3", runs: 5, bar: { cpu: 1.5 } },
  { name: "google-cloud", title: "Google Cloud without Compute", runs: 3, bar: { cpu: 6, memory: 600 } },
  { name: "compute", title: "Compute v1", runs: 3 },
  { name: "google", title: "all of google-proto-files", runs: 2, bar: { cpu: 60, memory: 2000 } },
];

/** A peer that takes longer than this for a request is said to. */
const PATIENCE = 120;

await exitOnFailure(async () => {
  const { values } = parseArgs({ options: { json: { type: "string" }, quick: { type: "boolean" } } });
  const rows = [];
  for (const corpus of corpora) {
    const compiled = corpus.name === "nothing" ? nothing() : compileCorpus(corpus.name);
    const request = writeRequest(compiled, "");
    const turns = Array.from({ length: values.quick ? 1 : corpus.runs });
    const results = [];
    for (const _ of turns) results.push(await run(ours, request));
    const size = statSync(request).size / 1e6;
    const row = { corpus: corpus.name, files: compiled.files.length, size, ours: summary(results) };
    if (!values.quick) row.peer = await run(peer, request, PATIENCE);
    rows.push(row);
  }
  console.log(format(rows));
  if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
  if (!rows.every(({ ours, corpus }) => ours.isSame && holds(ours, barOf(corpus)))) process.exitCode = 1;
});

function nothing() {
  return { name: "nothing", descriptorSet: "/dev/null", files: [] };
}

/** Runs a plugin on a request as protoc does, through pipes; undefined when it fails or takes too long. */
async function run(plugin, request, patience) {
  const usage = fileURLToPath(new URL("codegen-usage.mjs", import.meta.url));
  const stdio = ["pipe", "pipe", "ignore", "pipe"];
  const child = spawn(process.execPath, ["--import", usage, join(root, plugin)], { stdio });
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
  await pipeline(createReadStream(request), child.stdin).catch(() => {}); // a plugin that is killed closes its input
  const status = await closed;
  clearTimeout(timer);
  return status === 0 ? { ...JSON.parse(used), output: output / 1e6, sha256: hash.digest("hex") } : undefined;
}

function summary(results) {
  const failed = results.some((result) => result === undefined);
  if (failed) throw new Error("protoc-gen-ts failed: see npm run corpus");
  return {
    cpu: median(results.map(({ cpu }) => cpu)),
    memory: Math.max(...results.map(({ memory }) => memory)),
    output: results[0].output,
    isSame: new Set(results.map(({ sha256 }) => sha256)).size === 1,
  };
}

function barOf(name) {
  return { cpu: Infinity, memory: Infinity, ...corpora.find((corpus) => corpus.name === name).bar };
}

function holds({ cpu, memory }, bar) {
  return cpu <= bar.cpu && memory <= bar.memory;
}

function format(rows) {
  const head = ["", "files", "in MB", "out MB", "CPU s", "bar", "memory MB", "bar", "", "protoc-gen-es"];
  const limit = (value) => (value === Infinity ? "" : `≤ ${value}`);
  const cells = rows.map(({ corpus, files, size, ours, ...row }) => {
    const bar = barOf(corpus);
    const { title } = corpora.find(({ name }) => name === corpus);
    const mark = !ours.isSame ? "reruns differ" : holds(ours, bar) ? "✓" : "✗";
    const theirs = row.peer
      ? `${row.peer.cpu.toFixed(2)} s, ${row.peer.memory.toFixed(0)} MB`
      : `fails or > ${PATIENCE} s`;
    return [
      title,
      String(files),
      size.toFixed(1),
      ours.output.toFixed(1),
      ours.cpu.toFixed(2),
      limit(bar.cpu),
      ours.memory.toFixed(0),
      limit(bar.memory),
      mark,
      "peer" in row ? theirs : "",
    ];
  });
  return formatTable([head, ...cells]);
}
