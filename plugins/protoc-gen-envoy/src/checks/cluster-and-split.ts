import type { Check } from "../check.js";

export const clusterAndSplit: Check = {
  id: "cluster-and-split",
  why: "Only one of them can set the destination.",
  fix: "Remove `cluster`, and give it a weight under `split`.",
  *find({ inputs }) {
    const { deployment, places } = inputs.deployment;
    for (const [name, spec] of Object.entries(deployment.services ?? {})) {
      if (spec.cluster !== undefined && spec.split !== undefined) {
        yield { place: places.place(spec, "cluster"), text: `service ${name} has both a cluster and a split` };
      }
    }
  },
};
