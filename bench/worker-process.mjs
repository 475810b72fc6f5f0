import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const workerFile = fileURLToPath(new URL("worker.mjs", import.meta.url));

/**
 * Makes the allocator keep its memory. Otherwise outputs over 128 KB are mapped and unmapped each time, and the benchmark would
 * time page faults in libraries beyond the threshold.
 */
const allocator = {
  MALLOC_MMAP_THRESHOLD_: String(32 << 20), // glibc's maximum
  MALLOC_TRIM_THRESHOLD_: String(1 << 30),
  MALLOC_TOP_PAD_: String(64 << 20),
};

/** Starts a process for a library. `call(command, parameters)` resolves to the answer of worker.mjs. */
export function startWorker(library, folder, payloadDir, execPath = process.execPath) {
  const child = fork(workerFile, [library.name, folder, payloadDir], {
    env: { ...process.env, ...allocator },
    execPath,
  });
  let waiting;
  child.on("message", (/** @type {any} */ { result, error }) =>
    error === undefined ? waiting.resolve(result) : waiting.reject(new Error(error)),
  );
  child.on("exit", (code, signal) => {
    if (waiting)
      waiting.reject(new Error(`the process of ${library.name} ended with ${signal ?? `exit code ${code}`}`));
  });

  return {
    library,
    call(command, parameters) {
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        child.send({ command, ...parameters });
      });
    },
    stop() {
      waiting = undefined;
      return new Promise((resolve) => {
        child.once("exit", resolve);
        child.disconnect();
      });
    },
  };
}
