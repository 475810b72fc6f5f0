import { checkMessage, emitCluster, emitListener, type Fragment, type Model, messageTypes } from "@protoloom/envoy";
import { ClusterSchema } from "@protoloom/envoy/gen/envoy/config/cluster/v3/cluster_pb";
import { ListenerSchema } from "@protoloom/envoy/gen/envoy/config/listener/v3/listener_pb";
import type { Check, Finding } from "../check.js";

export const envoyFragment: Check = {
  id: "envoy-fragment",
  why: "Envoy would refuse the whole configuration for it.",
  fix: "Correct the field: what is under `envoy` is Envoy's own API, by its own names.",
  *find({ model }) {
    for (const cluster of model.clusters) {
      if (cluster.fragment === undefined) continue;
      const check = () => checkMessage(ClusterSchema, emitCluster(cluster, inline), messageTypes);
      yield* found(`cluster ${cluster.name}`, [cluster.fragment], check);
    }
    for (const listener of model.listeners) {
      const fragments = [
        ...Object.values(listener.fragments),
        ...listener.routes.map(({ fragment }) => fragment),
      ].filter((each): each is Fragment => each !== undefined);
      if (fragments.length === 0 || !isWhole(model)) continue;
      const check = () => checkMessage(ListenerSchema, emitListener([listener], model, inline), messageTypes);
      yield* found(`listener ${listener.name}`, [...new Set(fragments)], check);
    }
  },
};

const inline = { kind: "inline", folder: "" } as const;

/** Whether nothing is missing that other checks tell. */
function isWhole({ services }: Model): boolean {
  return services.every(({ targets }) => targets.length > 0);
}

/** The problems of a message after its fragments are merged, reported at the first fragment. */
function* found(
  of: string,
  [first]: readonly Fragment[],
  check: () => readonly { path: string; text: string }[],
): Iterable<Finding> {
  const place = first!.place;
  try {
    for (const { path, text } of check()) yield { place, text: `${of} with its fragments: ${path}: ${text}` };
  } catch (e) {
    yield { place, text: `a fragment of ${of}: ${(e as Error).message}` };
  }
}
