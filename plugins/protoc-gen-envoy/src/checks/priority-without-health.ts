import type { Check } from "../check.js";

export const priorityWithoutHealth: Check = {
  id: "priority-without-health",
  why: "Envoy would never notice that endpoints of a lower number fail, so those of a higher number would get no calls.",
  fix: "Give the cluster a `health_check` or `outlier_detection`.",
  *find({ model }) {
    for (const { name, place, localities, healthCheck, outlierDetection } of model.clusters) {
      const hasSpare = localities.some(({ priority }) => priority > 0);
      if (hasSpare && healthCheck.value === undefined && outlierDetection.value === undefined)
        yield { place, text: `cluster ${name} has endpoints in reserve, but nothing that finds failures` };
    }
  },
};
