import { type Check, distinct } from "../check.js";

export const unknownSubset: Check = {
  id: "unknown-subset",
  why: "Envoy keeps a list of endpoints for the combinations of labels under subsets only, and would use any endpoint.",
  fix: "List the labels under `subsets` of the cluster.",
  find({ model }) {
    const subsets = new Map(model.clusters.map((cluster) => [cluster.name, cluster.subsets.value.map(keyOf)]));
    return distinct(
      model.services.flatMap(({ methods, targets, canaries }) =>
        methods.flatMap(({ path, policy: { subset } }) => {
          if (subset.value === undefined) return [];
          const key = keyOf(Object.keys(subset.value));
          const without = [...targets, ...canaries].find(({ cluster }) => !subsets.get(cluster)?.includes(key));
          const labels = Object.keys(subset.value).join(", ");
          const text = `subset of ${path} asks for ${labels}, which cluster ${without?.cluster} has no subset by`;
          return without === undefined ? [] : [{ place: subset.cause.place ?? "", text }];
        }),
      ),
    );
  },
};

function keyOf(labels: readonly string[]): string {
  return [...new Set(labels)].sort().join();
}
