import type { Place } from "@protoloom/envoy";
import type { Check, Finding } from "../check.js";
import type { Built } from "../plan/build.js";

export const danglingCluster: Check = {
  id: "dangling-cluster",
  why: "Envoy rejects a configuration that names a missing cluster, or answers its calls with 503.",
  fix: "Add the cluster under `clusters`, or correct the name.",
  *find(built) {
    const known = new Set(built.model.clusters.map(({ name }) => name));
    for (const { cluster, place } of named(built)) {
      if (!known.has(cluster)) yield { place, text: `cluster ${cluster} is not under clusters` } satisfies Finding;
    }
  },
};

/** Every use of a cluster by its name. */
function* named({ model, inputs }: Built): Iterable<{ cluster: string; place: Place }> {
  const { places } = inputs.deployment;
  for (const { targets, canaries, methods } of model.services) {
    yield* targets;
    yield* canaries;
    for (const { policy } of methods) {
      for (const { cluster } of policy.mirror.value) yield { cluster, place: policy.mirror.cause.place ?? "" };
    }
  }
  for (const { tracing, accessLog } of model.listeners) {
    for (const used of [tracing, accessLog?.otlp])
      if (used) yield { cluster: used.cluster, place: places.place(used, "cluster") };
  }
  const { authorization, rateLimitService, home } = inputs.deployment.deployment;
  for (const used of [authorization, rateLimitService])
    if (used) yield { cluster: used.cluster, place: places.place(used, "cluster") };
  const { lvs } = inputs.deployment.deployment;
  if (lvs) yield { cluster: lvs.proxies, place: places.place(lvs, "proxies") };
  if (home?.proxies) yield { cluster: home.proxies, place: places.place(home, "proxies") };
  for (const provider of Object.values(inputs.deployment.deployment.jwt ?? {})) {
    if (provider.cluster) yield { cluster: provider.cluster, place: places.place(provider, "cluster") };
  }
}
