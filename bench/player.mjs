import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { deserialize } from "node:v8";
import { libraries, ours } from "./libraries/index.mjs";
import { operations } from "./operations.mjs";
import { PAYLOADS, workloads } from "./workloads.mjs";

/** Runs the operations of one library in this process, on payloads that it has loaded. CPU times are in µs. */
export function createPlayer(libraryName, folder, payloadDir) {
  const library = libraries.find(({ name }) => name === libraryName) ?? ours; // a saved version of ours
  const loaded = new Map();
  growYoungGeneration();

  /** Goes on with the payload after the one that came last. */
  function run(workload, operation, count) {
    const { driver, turn, ...forms } = loaded.get(workload);
    const { inputs } = operations.find(({ name }) => name === operation);
    driver[`${operation}Loop`](forms[inputs], turn[operation], count);
    turn[operation] += count;
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

  return {
    /** Of workloads that are used but not timed, a few payloads do. */
    async load({ names, payloads }) {
      for (const name of names) {
        const workload = workloads.find((row) => row.name === name);
        loaded.set(name, await load(library, folder, payloadDir, workload, payloads));
      }
    },

    /** Which operations are wrong, and why. */
    async verify({ workload }) {
      const { verify } = await import("./verify.mjs"); // the reference must not be in a process that is timed
      const row = workloads.find(({ name }) => name === workload);
      return verify(library, row, loaded.get(workload), payloadDir);
    },

    /**
     * Runs an operation for so long, in bursts: the pauses are for the compiler's thread, which on a busy machine is
     * still waiting for a processor. Returns the CPU time of one at the end.
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
     * The CPU time of so many of an operation, all threads of the process included. A few go before: this process has
     * just come to run, and its data is no longer in the processor's caches.
     */
    time({ workload, operation, count }) {
      run(workload, operation, Math.ceil(count / 8));
      const start = process.cpuUsage();
      run(workload, operation, count);
      return sum(process.cpuUsage(start));
    },
  };
}

async function load(library, folder, payloadDir, { name, envelope = undefined }, count) {
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
 * Deserialised arrays and objects have representations that an application's do not have: numbers are boxed in them, and
 * the names of oneof cases are not the engine's own copies, as they are where a program's text names them.
 */
function rebuild(value) {
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item === "number")) return numbers(value);
    const list = [];
    for (const item of value) list.push(rebuild(item));
    return list;
  }
  if (value === null || typeof value !== "object") return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(/** @type {Uint8Array} */ (value));
  const copy = {};
  for (const key of Object.keys(value)) copy[key] = key === "case" ? asLiteral(value[key]) : rebuild(value[key]);
  return copy;
}

/** A list as the engine keeps one of numbers alone, also where lists of all kinds have been made by the same lines. */
function numbers(list) {
  return Array.from((list.every(Number.isInteger) ? Int32Array : Float64Array).from(list));
}

/** The same text as a property's name, of which the engine has one copy. */
function asLiteral(text) {
  return Object.keys({ [text]: true })[0];
}

/**
 * The young generation of the heap starts small, and grows as objects survive, which in a workload that keeps nothing
 * takes a while. Until then there are several times as many collections as in a process that has served for a minute.
 */
function growYoungGeneration() {
  const alive = [];
  for (let i = 0; i < 200_000; i++) alive[i % 20_000] = { next: [i, i, i, i], values: [i / 3, i / 7] };
}

const sum = ({ user, system }) => user + system;
