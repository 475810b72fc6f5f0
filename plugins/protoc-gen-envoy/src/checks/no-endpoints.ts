import type { Check } from "../check.js";

export const noEndpoints: Check = {
  id: "no-endpoints",
  why: "Every call to it would fail with UNAVAILABLE.",
  fix: "Add an endpoint, or remove the cluster and what names it.",
  *find({ model }) {
    for (const { name, place, localities, registered } of model.clusters) {
      if (localities.length === 0 && registered.value === undefined)
        yield { place, text: `cluster ${name} has no endpoints` };
    }
  },
};
