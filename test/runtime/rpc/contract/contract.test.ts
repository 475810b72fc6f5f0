/** The contract of every transport. A new transport is a row in ../peers.ts. */
import { afterEach, describe } from "@jest/globals";
import { peers, Stage } from "../peers.js";
import { contractCases } from "./cases.js";

describe.each(peers)("$name", (peer) => {
  const stage = new Stage(peer);
  afterEach(() => stage.clear());

  contractCases(stage);
});
