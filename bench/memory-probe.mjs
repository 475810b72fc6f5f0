/**
 * Decodes the payloads of a workload with one library, and prints the bytes that a decoded message holds and those that decoding
 * allocates. Started by memory.mjs with --expose-gc and a young generation that is large enough for no collection to happen.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PAYLOADS } from "./workloads.mjs";

/** How often each payload is decoded: before anything is measured, and then. */
const WARM = 20;
const ROUNDS = 10;

const [folder, payloadDir, name] = process.argv.slice(2);
const driver = await import(pathToFileURL(join(folder, `drive-${name}.js`)).href);
const inputs = Array.from(
  { length: PAYLOADS },
  (_, i) => new Uint8Array(readFileSync(join(payloadDir, `${name}-${i}.bin`))),
);

for (let i = 0; i < WARM * PAYLOADS; i++) driver.decodeLoop(inputs, i, 1);
driver.decodeLoop(inputs, 0, 1); // the last message stays in the driver
const count = ROUNDS * PAYLOADS;
const kept = new Array(count).fill(undefined);
const before = used();
const start = allocated();
for (let i = 0; i < count; i++) kept[i] = driver.decodeLoop(inputs, i, 1);
const end = allocated();
const after = used();
console.log(JSON.stringify({ held: (after - before) / count, garbage: (end - start - (after - before)) / count }));

/** The bytes in use after a full collection. */
function used() {
  for (let i = 0; i < 3; i++) globalThis.gc();
  return allocated();
}

/** The bytes on the heap and in array buffers; between collections, all that was allocated. */
function allocated() {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
