/**
 * The process that a library is timed in: started by measure.mjs with the library's name, its folder and the folder of
 * the payloads, then told what to do by messages, each of which it answers.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { deserialize } from "node:v8";
import { libraries, ours } from "./libraries/index.mjs";
import { operations } from "./operations.mjs";
import { PAYLOADS, workloads } from "./workloads.mjs";

const [libraryName, folder, payloadDir] = process.argv.slice(2);
const library = libraries.find(({ name }) => name === libraryName) ?? ours; // a saved version of ours
const loaded = new Map();
growYoungGeneration();

const commands = {
  /** Of workloads that are used but not timed, a few payloads do. */
  async load({ names, payloads }) {
    for (const name of names)
      loaded.set(
        name,
        await load(
          workloads.find((workload) => workload.name === name),
          payloads,
        ),
      );
  },

  /** Which operations are wrong, and why. */
  async verify({ workload }) {
    const { verify } = await import("./verify.mjs"); // the reference must not be in a process that is timed
    return verify(
      library,
      workloads.find(({ name }) => name === workload),
      loaded.get(workload),
      payloadDir,
    );
  },

  /**
   * Runs an operation for so long, in bursts: the pauses are for the compiler's thread, which on a busy machine is still
   * waiting for a processor. Returns the CPU time of one at the end.
   */
  async warm({ workload, operation, cpu, bursts }) {
    let perOperation;
    for (let i = 0; i < bursts; i++) {
      perOperation = burst(workload, operation, cpu / bursts);
      if (i + 1 < bursts) await new Promise((resolve) => setTimeout(resolve, 15));
    }
    return perOperation;
  },

  /**
   * The CPU time of so many of an operation, in µs, all threads of the process included. A few go before: this process
   * has just come to run, and its data is no longer in the processor's caches.
   */
  time({ workload, operation, count }) {
    run(workload, operation, Math.ceil(count / 8));
    const start = process.cpuUsage();
    run(workload, operation, count);
    return sum(process.cpuUsage(start));
  },
};

process.on("message", async ({ command, ...parameters }) => {
  try {
    process.send({ result: await commands[command](parameters) });
  } catch (error) {
    process.send({ error: error.stack });
  }
});

async function load({ name, envelope }, count) {
  const driver = await import(pathToFileURL(join(folder, `drive-${name}.js`)).href);
  if (envelope) driver.createEnvelope(rebuild(library.initOf(envelope.build())));
  const payloads = Array.from({ length: count }, (_, i) =>
    deserialize(readFileSync(join(payloadDir, `${name}-${i}.bin`))),
  );
  const turns = Array.from({ length: PAYLOADS }, (_, i) => payloads[i % count]);
  return {
    driver,
    inits: turns.map(({ init }) => init),
    messages: turns.map(({ init }) => driver.createMessage(rebuild(library.initOf(init)))),
    bytes: turns.map(({ bytes }) => new Uint8Array(bytes)),
    texts: turns.map(({ text }) => text),
    turn: Object.fromEntries(operations.map((operation) => [operation.name, 0])),
  };
}

/**
 * The young generation of the heap starts small, and grows as objects survive, which in a workload that keeps nothing
 * takes a while. Until then there are several times as many collections as in a process that has served for a minute.
 */
function growYoungGeneration() {
  const alive = [];
  for (let i = 0; i < 200_000; i++) alive[i % 20_000] = { next: [i, i, i, i], values: [i / 3, i / 7] };
}

/** Runs an operation for so long, by and by in larger steps. */
function burst(workload, operation, cpu) {
  const start = process.cpuUsage();
  let count = 0;
  let used = 0;
  while (used < cpu) {
    const step = count === 0 ? 1 : Math.max(1, Math.min(count, Math.floor((count * (cpu - used)) / used)));
    run(workload, operation, step);
    count += step;
    used = sum(process.cpuUsage(start));
  }
  return used / count;
}

/** Goes on with the payload after the one that came last. */
function run(workload, operation, count) {
  const { driver, turn, ...forms } = loaded.get(workload);
  const { inputs } = operations.find(({ name }) => name === operation);
  driver[`${operation}Loop`](forms[inputs], turn[operation], count);
  turn[operation] += count;
}

/** Deserialised arrays and objects have representations that an application's do not have: numbers are boxed in them. */
function rebuild(value) {
  if (Array.isArray(value)) {
    const list = [];
    for (const item of value) list.push(rebuild(item));
    return list;
  }
  if (value === null || typeof value !== "object") return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value);
  const copy = {};
  for (const key of Object.keys(value)) copy[key] = rebuild(value[key]);
  return copy;
}

const sum = ({ user, system }) => user + system;
