import type { Stage } from "../peers.js";
import { aroundCases } from "./around.js";
import { callCases } from "./calls.js";
import { endingCases } from "./ending.js";
import { flowCases } from "./flow.js";
import { tellingCases } from "./telling.js";

/** Every case of the contract of transports. */
export function contractCases(stage: Stage): void {
  callCases(stage);
  flowCases(stage);
  endingCases(stage);
  tellingCases(stage);
  aroundCases(stage);
}
