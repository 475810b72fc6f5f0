import type { Check, Finding } from "../check.js";
import type { Built } from "../plan/build.js";

const MAX = 4_294_967_295;

export const weightSum: Check = {
  id: "weight-sum",
  why: "Envoy requires the sum of weights to be from 1 to 4294967295.",
  fix: "Make the weights smaller, or give at least one of them a value, such as 99 and 1.",
  *find(built) {
    yield* ofSplits(built);
    yield* ofEndpoints(built);
  },
};

function* ofSplits({ model }: Built): Iterable<Finding> {
  for (const { name, targets, targetCause } of model.services) {
    if (targets.length === 0 && targetCause.place === undefined) continue;
    const sum = targets.reduce((total, { weight }) => total + weight, 0);
    if (sum < 1 || sum > MAX)
      yield { place: targetCause.place ?? "", text: `the weights of ${name} are ${sum} together` };
  }
}

/** Of the endpoints of a locality, and of the localities of a priority. */
function* ofEndpoints({ model }: Built): Iterable<Finding> {
  for (const { name, place, localities } of model.clusters) {
    const sums = localities.map(({ endpoints }) => endpoints.reduce((total, { weight = 1 }) => total + weight, 0));
    const ofPriorities = new Map<number, number>();
    for (const { priority, weight } of localities)
      ofPriorities.set(priority, (ofPriorities.get(priority) ?? 0) + weight.value);
    const sum = Math.max(...sums, ...ofPriorities.values());
    if (sum > MAX) yield { place, text: `the weights of cluster ${name} are ${sum} together` };
  }
}
