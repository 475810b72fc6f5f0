/** Durable writes to LMDB: each is acknowledged after the fsync of its group. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LmdbStore } from "@protoloom/control-plane";

const IN_FLIGHT = [1, 256];
const WRITES = 200;
const writer = fileURLToPath(new URL("writer.mjs", import.meta.url));

export async function durability({ quick }) {
  const found = [];
  for (const inFlight of IN_FLIGHT) {
    const folder = mkdtempSync(join(tmpdir(), "protoloom-bench-"));
    const store = new LmdbStore(folder);
    const count = Math.min(quick ? 10_000 : 40_000, inFlight * 2000);
    const value = new Uint8Array(150);
    let next = 0;
    const write = async () => {
      while (next < count) await store.write([{ key: `instances/default/shop.v1.Orders/${next++}`, value }]);
    };
    const begun = performance.now();
    const cpu = process.cpuUsage();
    await Promise.all(Array.from({ length: inFlight }, write));
    const seconds = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    await store.close();
    rmSync(folder, { recursive: true });
    found.push({ inFlight, writesPerSecond: count / seconds, cpuPerWriteUs: (user + system) / count });
    const { writesPerSecond, cpuPerWriteUs } = found.at(-1);
    console.log(
      `${`${inFlight} writes in flight`.padEnd(46)} ${writesPerSecond.toFixed(0)} durable writes/s   CPU a write ${cpuPerWriteUs.toFixed(1)} µs`,
    );
  }
  const synced = syncs();
  if (synced !== undefined)
    console.log(
      `${"one after the other".padEnd(46)} ${synced} syncs to disk for ${WRITES} acknowledged writes (strace)`,
    );
  return { writes: found, syncs: synced };
}

/** The syncs that a process of its own makes for writes one after the other. Undefined without strace. */
function syncs() {
  const folder = mkdtempSync(join(tmpdir(), "protoloom-bench-"));
  const command = ["-f", "-qq", "-e", "trace=fsync,fdatasync", process.execPath, writer, folder, String(WRITES)];
  const { error, stderr } = spawnSync("strace", command, { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  return error === undefined ? stderr.match(/\bf(?:data)?sync\(/g)?.length : undefined;
}
