import { operations as everyOperation } from "./operations.mjs";
import { startWorker } from "./worker-process.mjs";
import { workloads as everyWorkload, PAYLOADS } from "./workloads.mjs";

/**
 * Times the libraries on workloads and operations. The libraries' slices take turns (A B C, B C A, …), so that other load on
 * the machine affects all of them. Several processes are started for each, because the engine's decisions differ from process
 * to process.
 *
 * Returns a sample for each library, workload, operation and kind of process: for each process the rates of its slices,
 * in operations per CPU-second. What was timed in the same turn has the same index in all libraries.
 */
export async function measure({ contenders, workloads, operations, kinds, plan, payloadDir, engine, onProgress }) {
  const samples = new Map();
  for (let generation = 0; generation < plan.processes; generation++) {
    for (const kind of kinds) {
      for (const group of kind === "isolated" ? workloads.map((workload) => [workload]) : [workloads]) {
        onProgress(
          `${engine.name} ${kind} ${group.length === 1 ? group[0].name : "processes"}, ${generation + 1} of ${plan.processes}`,
        );
        await inProcesses({ contenders, payloadDir, engine }, async (workers) => {
          await prepareWorkers(workers, kind, group, plan);
          for (const workload of group) {
            for (const operation of operations) {
              onProgress(
                `${engine.name} ${kind} ${workload.name} ${operation.name}, ${generation + 1} of ${plan.processes}`,
              );
              const rates = await timeInTurns(workers, workload, operation, plan, generation);
              for (const [name, list] of rates) {
                const key = sampleKey(name, workload.name, operation.name, kind);
                samples.set(key, [...(samples.get(key) ?? []), list]);
              }
            }
          }
        });
      }
    }
  }
  return samples;
}

export const sampleKey = (library, workload, operation, kind) => [library, workload, operation, kind].join(" ");

/** Starts a process for each contender, of this Node without an engine, and always ends all of them. */
export async function inProcesses({ contenders, payloadDir, engine = undefined }, use) {
  const workers = contenders.map(({ library, folder }) => startWorker(library, folder, payloadDir, engine?.binary));
  try {
    return await use(workers);
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

/** Prepares workers. A mixed process uses every type in every way before anything is timed. */
async function prepareWorkers(workers, kind, group, plan) {
  const others = everyWorkload.filter((workload) => !group.includes(workload));
  await eachOfTwo(workers, async (worker) => {
    await worker.call("load", { names: group.map(({ name }) => name), payloads: PAYLOADS });
    if (kind === "isolated") return;
    await worker.call("load", { names: others.map(({ name }) => name), payloads: 1 });
    for (const workload of everyWorkload) {
      for (const operation of everyOperation) await warm(worker, workload, operation, plan.useCpu, 1);
    }
  });
}

async function timeInTurns(workers, workload, operation, plan, generation) {
  const contestants = await eachOfTwo(workers, async (worker) => {
    const perOperation = await warm(worker, workload, operation, plan.warmCpu, 5);
    return { worker, perOperation, rates: [] };
  });
  for (let turn = 0; turn < plan.turns; turn++) {
    for (const { worker, perOperation, rates } of rotated(contestants, turn + generation)) {
      const count = Math.max(1, Math.round(plan.sliceCpu / perOperation));
      const used = await worker.call("time", { workload: workload.name, operation: operation.name, count });
      rates.push((count / used) * 1e6);
    }
  }
  return contestants.map(({ worker, rates }) => [worker.library.name, rates]);
}

function warm(worker, workload, operation, cpu, bursts) {
  return worker.call("warm", { workload: workload.name, operation: operation.name, cpu, bursts });
}

/** Preparation is not timed, so two processes may run it at once. */
async function eachOfTwo(items, work) {
  const results = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all([lane(), lane()]);
  return results;
}

function rotated(list, by) {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
