import type { Check } from "../check.js";

export const priorityGap: Check = {
  id: "priority-gap",
  why: "Envoy rejects endpoints whose priorities are not 0, 1, 2 and so on.",
  fix: "Number the priorities from 0 without gaps.",
  *find({ model }) {
    for (const { name, place, localities } of model.clusters) {
      const used = [...new Set(localities.map(({ priority }) => priority))];
      const gap = used.findIndex((priority, i) => priority !== i);
      if (gap >= 0) yield { place, text: `cluster ${name} has priority ${used[gap]} and not ${gap}` };
    }
  },
};
