/**
 * One library, one workload and one operation in this process, for Node's own tools:
 *
 *     node --cpu-prof bench/once.mjs tree decode
 *     node --trace-deopt --trace-opt bench/once.mjs otlp encode --lib ts-proto
 *
 *     --lib NAME      ours by default; "@NAME" is what was kept with --save NAME
 *     --seconds N     CPU seconds, 2 by default
 *     --mixed         uses every type first
 *
 * Prints the rate of each tenth of the time.
 */
import { parseArgs } from "node:util";
import { exitOnFailure } from "../scripts/run.mjs";
import { libraries, ours } from "./libraries/index.mjs";
import { operations } from "./operations.mjs";
import { createPlayer } from "./player.mjs";
import { prepareLibrary, preparePayloads, savedLibrary } from "./prepare.mjs";
import { PAYLOADS, workloads } from "./workloads.mjs";

await exitOnFailure(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { lib: { type: "string" }, seconds: { type: "string", default: "2" }, mixed: { type: "boolean" } },
  });
  const [workload, operation] = positionals;
  const library = values.lib?.startsWith("@")
    ? savedLibrary(values.lib.slice(1))
    : libraries.find(({ name }) => name === (values.lib ?? ours.name));
  if (!library || !find(workloads, workload) || !find(operations, operation))
    throw new Error("usage: once.mjs WORKLOAD OPERATION");

  const player = createPlayer(library.name, library.folder ?? (await prepareLibrary(library)), await preparePayloads());
  if (values.mixed) await useEverything(player);
  await player.load({ names: [workload], payloads: PAYLOADS });
  for (let tenth = 0; tenth < 10; tenth++) {
    const used = await player.warm({ workload, operation, cpu: Number(values.seconds) * 1e5, bursts: 1 });
    console.log(`${Math.round(1e6 / used)} per CPU-second`);
  }
});

async function useEverything(player) {
  await player.load({ names: workloads.map(({ name }) => name), payloads: 1 });
  for (const { name: workload } of workloads) {
    for (const { name: operation } of operations) await player.warm({ workload, operation, cpu: 10_000, bursts: 1 });
  }
}

function find(rows, name) {
  return rows.find((row) => row.name === name);
}
