import { type Check, distinct } from "../check.js";

const byHash = new Set(["ring_hash", "maglev"]);

export const hashWithoutBalancing: Check = {
  id: "hash-without-balancing",
  why: "Only ring_hash and maglev use a hash: related calls would go to any endpoint.",
  fix: "Give the cluster `load_balancing: ring_hash` or `maglev`, or remove the hash.",
  find({ model }) {
    const clusters = new Map(model.clusters.map((cluster) => [cluster.name, cluster]));
    return distinct(
      model.listeners.flatMap(({ routes }) =>
        routes.flatMap(({ name, targets, policy: { hash } }) =>
          targets.flatMap(({ cluster }) => {
            const policy = clusters.get(cluster)?.loadBalancing.value;
            if (hash.value.length === 0 || policy === undefined || byHash.has(policy)) return [];
            return [
              { place: hash.cause.place ?? "", text: `hash of ${name}, but its cluster ${cluster} has ${policy}` },
            ];
          }),
        ),
      ),
    );
  },
};
