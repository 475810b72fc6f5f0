import type { Check } from "../check.js";

export const unknownZone: Check = {
  id: "unknown-zone",
  why: "The weight would apply to no endpoint, and the intended zone would keep its default.",
  fix: "Correct the name, or give endpoints this zone.",
  *find({ inputs }) {
    const { deployment, places } = inputs.deployment;
    for (const [name, { endpoints = [], localityWeights = {} }] of Object.entries(deployment.clusters ?? {})) {
      const zones = new Set(endpoints.map(({ zone }) => zone));
      for (const zone of Object.keys(localityWeights)) {
        if (!zones.has(zone))
          yield { place: places.place(localityWeights, zone), text: `cluster ${name} has no endpoint in zone ${zone}` };
      }
    }
  },
};
