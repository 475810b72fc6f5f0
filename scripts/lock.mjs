/** One installation or build at a time per clone: a second one waits, then finds the work done. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { root } from "./run.mjs";

const lockFile = join(root, ".cache/build/lock");

export async function withLock(work) {
  await acquire();
  try {
    return await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

async function acquire() {
  mkdirSync(dirname(lockFile), { recursive: true });
  for (let told = false; ; await setTimeout(100)) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const owner = readOwner();
    if (owner !== undefined && !isAlive(owner)) rmSync(lockFile, { force: true });
    else if (owner !== undefined && !told) {
      console.log(`waiting for another build (process ${owner})`);
      told = true;
    }
  }
}

/** Undefined if the owner has just released the lock or has not yet written its id. */
function readOwner() {
  try {
    return Number(readFileSync(lockFile, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
