import type { Check } from "../check.js";

export const unroutedService: Check = {
  id: "unrouted-service",
  why: "A listener exposes it, but its calls have no destination.",
  fix: 'Add it, its package, or "*" under `services`, with a cluster; or list the services of the listener without it.',
  *find({ model }) {
    for (const listener of model.listeners) {
      for (const { name, targets, place } of listener.services) {
        if (targets.length === 0)
          yield { place, text: `service ${name} has no cluster, but listener ${listener.name} has it` };
      }
    }
  },
};
