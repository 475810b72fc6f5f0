import type { Check } from "../check.js";
import { wildcardsOf } from "../plan/wildcards.js";

export const unknownService: Check = {
  id: "unknown-service",
  why: "No proto of this run defines it, so the output would not contain it.",
  fix: "Correct the full name, or also pass its proto to protoc.",
  *find({ model, inputs }) {
    const { deployment, places } = inputs.deployment;
    const known = new Set(model.services.flatMap(({ name }) => wildcardsOf(name)));
    const lists = Object.values(deployment.listeners ?? {}).map(({ services }) => services);
    for (const list of [...lists, deployment.sidecar?.serves]) {
      for (const [i, name] of (list ?? []).entries()) {
        if (!known.has(name)) yield { place: places.place(list!, i), text: `service ${name} is in no proto` };
      }
    }
    for (const name of Object.keys(deployment.services ?? {})) {
      if (!known.has(name)) {
        yield { place: places.place(deployment.services!, name), text: `service ${name} is in no proto` };
      }
    }
    for (const { service, place } of inputs.serviceConfig?.configs ?? []) {
      if (service !== "" && !known.has(service))
        yield { place, isNote: true, text: `service ${service} is in no proto` };
    }
  },
};
