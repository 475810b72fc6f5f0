/** The contract suite, bundled for a runtime: prints the outcome of each test as JSON. */
import { contractCases } from "../../runtime/rpc/contract/cases.js";
import { peers, Stage } from "../../runtime/rpc/peers.js";
import { afterEach, describe, runAll } from "./harness.js";

/** Both ends are ours; the others are Node's libraries. */
const ours = new Set(["in-memory", "gRPC", "gRPC with gzip"]);

describe.each(peers.filter(({ name }) => ours.has(name)))("$name", (peer) => {
  const stage = new Stage(peer);
  afterEach(() => stage.clear());

  contractCases(stage);
});

console.log(JSON.stringify(await runAll()));
process.exit(); // what a failed test has left open does not matter
