import type { Check } from "../check.js";
import { APPLICATION } from "../plan/clusters.js";

export const reservedName: Check = {
  id: "reserved-name",
  why: "The configuration already uses this name, and Envoy would confuse the two.",
  fix: "Give it another name.",
  *find({ inputs }) {
    const { deployment, places } = inputs.deployment;
    const { clusters = {}, listeners = {}, sidecar } = deployment;
    const taken = {
      cluster: new Set(["control_plane", "nothing", ...(sidecar ? [APPLICATION] : [])]),
      listener: new Set(sidecar ? ["inbound", "outbound"] : []),
    };
    for (const name of Object.keys(clusters)) {
      if (taken.cluster.has(name))
        yield { place: places.place(clusters, name), text: `cluster ${name} has a reserved name` };
    }
    for (const name of Object.keys(listeners)) {
      if (taken.listener.has(name)) {
        yield { place: places.place(listeners, name), text: `listener ${name} has a reserved name` };
      }
    }
  },
};
