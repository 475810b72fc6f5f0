import type { Check } from "../check.js";

export const balancingWithoutHash: Check = {
  id: "balancing-without-hash",
  why: "Without a hash Envoy picks an endpoint at random: ring_hash and maglev would have no effect.",
  fix: "Add `hash` to a service or method that the cluster serves, or use round_robin.",
  *find({ model }) {
    const hashed = new Set(
      model.listeners.flatMap(({ routes }) =>
        routes.flatMap(({ targets, policy }) =>
          policy.hash.value.length > 0 ? targets.map(({ cluster }) => cluster) : [],
        ),
      ),
    );
    for (const { name, loadBalancing } of model.clusters) {
      const { value, cause } = loadBalancing;
      if ((value === "ring_hash" || value === "maglev") && !hashed.has(name)) {
        yield { place: cause.place ?? "", text: `cluster ${name} has ${value}, but no method with a hash` };
      }
    }
  },
};
