import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { hashFiles } from "../scripts/files.mjs";
import { inProcesses } from "./measure.mjs";
import { PAYLOADS } from "./workloads.mjs";

/**
 * Checks every library on every workload, unless the same code was already checked with the same payloads. Returns the
 * mistakes by library, workload and operation.
 */
export async function checkAll(contenders, workloads, payloadDir, onProgress) {
  const wrong = {};
  for (const contender of contenders) {
    wrong[contender.library.name] = await checkLibrary(contender, workloads, payloadDir, onProgress);
  }
  return wrong;
}

async function checkLibrary({ library, folder }, workloads, payloadDir, onProgress) {
  const file = join(folder, ".checked.json");
  const key = [hashFiles(["bench/verify.mjs", "bench/facts.mjs"]), basename(payloadDir)].join(" ");
  const before = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const results = before.key === key ? before.results : {};

  const open = workloads.filter(({ name }) => results[name] === undefined);
  if (open.length > 0) {
    await inProcesses({ contenders: [{ library, folder }], payloadDir }, async ([worker]) => {
      await worker.call("load", { names: open.map(({ name }) => name), payloads: PAYLOADS });
      for (const { name } of open) {
        onProgress(`checking ${library.name} ${name}`);
        results[name] = await worker.call("verify", { workload: name });
      }
    });
    writeFileSync(file, JSON.stringify({ key, results }));
  }
  return results;
}
