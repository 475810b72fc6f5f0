import { showAddress } from "@protoloom/envoy";
import type { Check } from "../check.js";

export const duplicateEndpoint: Check = {
  id: "duplicate-endpoint",
  why: "It would receive traffic once per entry; in two priorities it would be its own fallback.",
  fix: "Keep one, with the intended weight.",
  *find({ inputs }) {
    const { deployment, places } = inputs.deployment;
    for (const [name, { endpoints = [] }] of Object.entries(deployment.clusters ?? {})) {
      const seen = new Set<string>();
      for (const endpoint of endpoints) {
        const text = showAddress(endpoint.address);
        if (seen.has(text))
          yield { place: places.place(endpoint, "address"), text: `endpoint ${text} is in cluster ${name} twice` };
        seen.add(text);
      }
    }
  },
};
