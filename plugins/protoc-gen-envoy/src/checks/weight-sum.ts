import type { Check } from "../check.js";

const MAX = 4_294_967_295;

export const weightSum: Check = {
  id: "weight-sum",
  why: "Envoy takes weights whose sum is from 1 to 4294967295.",
  fix: "Give at least one cluster a weight, such as 99 and 1.",
  *find({ model }) {
    for (const { name, targets, targetCause } of model.services) {
      if (targets.length === 0 && targetCause.place === undefined) continue;
      const sum = targets.reduce((total, { weight }) => total + weight, 0);
      if (sum < 1 || sum > MAX)
        yield { place: targetCause.place ?? "", text: `the weights of ${name} are ${sum} together` };
    }
  },
};
