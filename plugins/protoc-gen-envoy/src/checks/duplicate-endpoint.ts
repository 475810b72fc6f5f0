import type { Check } from "../check.js";

export const duplicateEndpoint: Check = {
  id: "duplicate-endpoint",
  why: "It would get a share for each time that it is there, or, in two priorities, be its own replacement.",
  fix: "Leave one, with the weight that it is to have.",
  *find({ inputs }) {
    const { deployment, places } = inputs.deployment;
    for (const [name, { endpoints }] of Object.entries(deployment.clusters ?? {})) {
      const seen = new Set<string>();
      for (const endpoint of endpoints) {
        const text = `${endpoint.address.host}:${endpoint.address.port}`;
        if (seen.has(text))
          yield { place: places.place(endpoint, "address"), text: `endpoint ${text} is in cluster ${name} twice` };
        seen.add(text);
      }
    }
  },
};
