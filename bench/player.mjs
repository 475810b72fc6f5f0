import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { libraries, ours } from "./libraries/index.mjs";
import { operations } from "./operations.mjs";
import { createRandom } from "./payloads/random.mjs";
import { PAYLOADS, workloads } from "./workloads.mjs";

/** Runs the operations of one library in this process, on loaded payloads. CPU times are in µs. */
export function createPlayer(libraryName, folder, payloadDir) {
  const library = libraries.find(({ name }) => name === libraryName) ?? ours; // a saved version of ours
  const loaded = new Map();
  growYoungGeneration();

  /** Continues with the payload after the last one. */
  function run(workload, operation, count) {
    const { driver, turn, ...forms } = loaded.get(workload);
    const { inputs } = operations.find(({ name }) => name === operation);
    driver[`${operation}Loop`](forms[inputs], turn[operation], count);
    turn[operation] += count;
  }

  /** Runs an operation for this long, in growing steps. */
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
    /** Loads payloads. A few are enough for workloads that are used but not timed. */
    async load({ names, payloads }) {
      for (const name of names) {
        const workload = workloads.find((row) => row.name === name);
        loaded.set(name, await load(library, folder, payloadDir, workload, payloads));
      }
    },

    /** The incorrect operations, with reasons. */
    async verify({ workload }) {
      const { verify } = await import("./verify.mjs"); // keeps the reference out of timed processes
      const row = workloads.find(({ name }) => name === workload);
      return verify(library, row, loaded.get(workload), payloadDir);
    },

    /**
     * Runs an operation for this long, in bursts. The pauses let the compiler's thread run, which waits for a processor on a
     * busy machine. Returns the CPU time of one operation at the end.
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
     * The CPU time of `count` operations, in all threads of the process. A few untimed ones run first, because the process was
     * just scheduled and its data is no longer in the processor's caches.
     */
    time({ workload, operation, count }) {
      run(workload, operation, Math.ceil(count / 8));
      const start = process.cpuUsage();
      run(workload, operation, count);
      return sum(process.cpuUsage(start));
    },
  };
}

async function load(library, folder, payloadDir, { name, build, envelope = undefined }, count) {
  const driver = await import(pathToFileURL(join(folder, `drive-${name}.js`)).href);
  if (envelope) driver.createEnvelope(rebuild(library.initOf(envelope.build())));
  const payloads = Array.from({ length: count }, (_, i) => ({
    init: structuredClone(build(createRandom(i + 1))), // makes all strings flat
    bytes: readFileSync(join(payloadDir, `${name}-${i}.bin`)),
    text: readFileSync(join(payloadDir, `${name}-${i}.json`), "utf8"),
  }));
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
 * Cloned arrays and objects have other representations than an application's: numbers are boxed, and the names of oneof
 * cases are not internalized as literals are.
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

/** A list in the engine's representation for numbers only, even if the same lines have made lists of all kinds. */
function numbers(list) {
  return Array.from((list.every(Number.isInteger) ? Int32Array : Float64Array).from(list));
}

/** The same text, internalized like a property name. */
function asLiteral(text) {
  return Object.keys({ [text]: true })[0];
}

/**
 * Grows the young generation of the heap. It starts small and grows as objects survive, which takes a while if a workload keeps
 * nothing. Until then, collections are several times as frequent as in a process that has run for a minute.
 */
function growYoungGeneration() {
  const alive = [];
  for (let i = 0; i < 200_000; i++) alive[i % 20_000] = { next: [i, i, i, i], values: [i / 3, i / 7] };
}

const sum = ({ user, system }) => user + system;
