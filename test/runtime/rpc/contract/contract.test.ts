/** The contract of every transport. A new transport is a row in ../peers.ts. */
import { afterEach, describe } from "@jest/globals";
import { peers, Stage } from "../peers.js";
import { aroundCases } from "./around.js";
import { callCases } from "./calls.js";
import { endingCases } from "./ending.js";
import { flowCases } from "./flow.js";
import { tellingCases } from "./telling.js";

describe.each(peers)("$name", (peer) => {
  const stage = new Stage(peer);
  afterEach(() => stage.clear());

  callCases(stage);
  flowCases(stage);
  endingCases(stage);
  tellingCases(stage);
  aroundCases(stage);
});
