/**
 * `npm run bench:validate`: generated checks beside `@bufbuild/protovalidate` on messages of three public protos, valid and
 * invalid, each alone in a process and all in one. The two libraries take turns; a rate is calls for each second of CPU time.
 *
 * Exits with 1 if the libraries do not find the same violations, or if generated checks of valid messages are less than 20
 * times as fast.
 */
import { fork } from "node:child_process";
import { median } from "../median.mjs";
import { payloads } from "./payloads.mjs";
import { prepare } from "./prepare.mjs";

const BAR = 20;
const TURNS = 5;
const programs = prepare();
const rows = [];

for (const [index, { name }] of payloads.entries()) {
  await withWorkers(async (workers) => {
    for (const kind of ["valid", "invalid"]) {
      await compareViolations(workers, index, kind);
      rows.push({ name, kind, process: "isolated", ratio: await compare(workers, [index], index, kind) });
    }
  });
}
await withWorkers(async (workers) => {
  const all = payloads.map((_, i) => i);
  for (const [index, { name }] of payloads.entries()) {
    for (const kind of ["valid", "invalid"]) {
      rows.push({ name, kind, process: "mixed", ratio: await compare(workers, all, index, kind) });
    }
  }
});
report();

async function withWorkers(use) {
  const workers = Object.values(programs).map((program) => fork(program));
  try {
    await use(workers);
  } finally {
    for (const worker of workers) worker.kill();
  }
}

async function compareViolations(workers, payload, kind) {
  const [ours, official] = await Promise.all(workers.map((worker) => ask(worker, { action: "check", payload, kind })));
  if (JSON.stringify(ours) !== JSON.stringify(official) || (kind === "valid") !== (ours.length === 0)) {
    throw new Error(`${payloads[payload].name}, ${kind}: ${JSON.stringify(ours)} and ${JSON.stringify(official)}`);
  }
}

/** How many times as fast as the official library: the median of turns, after every type was used in the process. */
async function compare(workers, used, payload, kind) {
  for (const worker of workers) {
    for (const each of used) for (const other of ["valid", "invalid"]) await rate(worker, each, other, 0.15);
    await rate(worker, payload, kind, 0.5);
  }
  const ratios = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const rates = [];
    for (const worker of turn % 2 === 0 ? workers : workers.toReversed())
      rates.push([worker, await rate(worker, payload, kind, 0.25)]);
    const [ours, official] = workers.map((worker) => rates.find(([each]) => each === worker)[1]);
    ratios.push(ours / official);
  }
  return median(ratios);
}

async function rate(worker, payload, kind, seconds) {
  return (await ask(worker, { action: "time", payload, kind, seconds })).rate;
}

function ask(worker, request) {
  return new Promise((resolve, reject) => {
    const ended = (code) => reject(new Error(`a worker ended with ${code}`));
    worker.once("exit", ended);
    worker.once("message", (answer) => {
      worker.off("exit", ended);
      resolve(answer);
    });
    worker.send(request);
  });
}

function report() {
  console.log(`Node ${process.versions.node}: times as fast as @bufbuild/protovalidate\n`);
  console.log(["", "valid", "invalid", "valid, mixed", "invalid, mixed"].map(cell).join(""));
  for (const { name } of payloads) {
    const of = (process, kind) =>
      rows.find((row) => row.name === name && row.process === process && row.kind === kind).ratio;
    const ratios = ["isolated", "mixed"].flatMap((process) =>
      ["valid", "invalid"].map((kind) => of(process, kind).toFixed(1)),
    );
    console.log([name, ...ratios].map(cell).join(""));
  }
  const low = rows.filter(({ kind, ratio }) => kind === "valid" && !(ratio >= BAR));
  for (const row of low) console.log(`below ${BAR}: ${row.name}, ${row.process}: ${row.ratio.toFixed(1)}`);
  if (low.length > 0) process.exitCode = 1;
}

function cell(text, i) {
  return i === 0 ? text.padEnd(20) : String(text).padStart(16);
}
