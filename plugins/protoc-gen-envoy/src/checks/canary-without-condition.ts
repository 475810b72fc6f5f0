import type { Check } from "../check.js";

export const canaryWithoutCondition: Check = {
  id: "canary-without-condition",
  why: "It would take all calls, and the service's own cluster would get none.",
  fix: "Add `header` or `percent`; to send all calls there, name it as the cluster.",
  *find({ model }) {
    for (const { name, canaries } of model.services) {
      for (const { header, percent, place } of canaries) {
        if (header === undefined && percent === undefined)
          yield { place, text: `a canary of ${name} has no condition` };
      }
    }
  },
};
