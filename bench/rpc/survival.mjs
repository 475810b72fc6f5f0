import { closePair, measure, openPair } from "./pair.mjs";

/**
 * The share of V8's young generation that survives a collection, in percent: what does, is copied, and lives until a full
 * collection when it has survived twice. A call should leave nothing.
 */
export async function measureSurvival(contender, workload) {
  const pair = await openPair(`contenders/${contender}`, "small", { execArgv: ["--trace-gc-nvp"], silent: true });
  const client = surviving(pair.client);
  const server = surviving(pair.server);
  await measure(pair, workload); // warms up
  client.start();
  server.start();
  await measure(pair, workload);
  closePair(pair);
  return { contender, client: client.mean(), server: server.mean() };
}

/** A collection of the young generation in the trace, up to Node 24 and after it. */
const SCAVENGE = / gc=s .* new_space_survive_rate_=([\d.]+)%|"gc":"s".*"new_space_survive_rate":([\d.]+)/g;

/** Reads the trace of a process. */
function surviving({ stdout, stderr }) {
  let text = "";
  stdout.setEncoding("utf8");
  stdout.on("data", (chunk) => {
    text += chunk;
  });
  stderr.pipe(process.stderr);
  return {
    start() {
      text = "";
    },
    mean() {
      const shares = [...text.matchAll(SCAVENGE)].map(([, before, after]) => Number(before ?? after));
      return shares.length === 0 ? undefined : shares.reduce((sum, share) => sum + share, 0) / shares.length;
    },
  };
}
