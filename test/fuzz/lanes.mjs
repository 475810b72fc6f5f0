import { Worker } from "node:worker_threads";

/** A decoder that is still at the same input after this time will not come back. */
const HANG_MS = 20_000;
/** JavaScript memory of a lane: a decoder that wants more for one small input has a leak or trusts a length. */
const HEAP_MB = 1024;

/**
 * Starts a worker thread that fuzzes (lane.mjs). `run(request)` resolves to its result; when the thread hangs or dies, to a
 * result with one fatal finding. `minimise(finding)` resolves to a smaller one.
 */
export async function startLane({ provisions, seed }) {
  const current = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
  const worker = new Worker(new URL("./lane.mjs", import.meta.url), {
    workerData: { provisions, seed, current },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  const end = endOf(worker, current);
  const answer = () => Promise.race([end, new Promise((resolve) => worker.once("message", resolve))]);
  const ask = (request) => {
    worker.postMessage(request);
    return answer();
  };
  const { ready } = await answer();
  return {
    introduction: ready,
    run: (request) => ask(request).catch((error) => ({ findings: [fatalFinding(error, current[0])] })),
    minimise: (finding) => ask({ minimise: finding }).catch(() => finding),
    stop: () => worker.terminate(),
  };
}

function fatalFinding(error, index) {
  return { fatal: true, kind: "hang or crash", index, typeName: "?", input: "", trail: [], detail: error.message };
}

/** A promise that is rejected when the thread dies or hangs at one input. */
function endOf(worker, current) {
  const end = new Promise((_, reject) => {
    worker.on("error", reject);
    const watch = watchForHang(current, (index) =>
      reject(new Error(`input ${index} takes more than ${HANG_MS / 1000} s`)),
    );
    worker.on("exit", (code) => {
      clearInterval(watch);
      reject(new Error(`the worker thread ended with code ${code}`));
    });
  });
  end.catch(() => {}); // Whoever waits for an answer hears of it.
  return end;
}

function watchForHang(current, onHang) {
  let seen = -1;
  let since = 0;
  return setInterval(() => {
    const index = Atomics.load(current, 0);
    if (index !== seen || index < 0) {
      seen = index;
      since = Date.now();
    } else if (Date.now() - since > HANG_MS) onHang(index);
  }, 1000);
}
