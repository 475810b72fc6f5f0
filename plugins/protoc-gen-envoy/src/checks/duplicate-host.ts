import type { Check } from "../check.js";

export const duplicateHost: Check = {
  id: "duplicate-host",
  why: "Host names are case-insensitive, and Envoy rejects duplicates.",
  fix: "Remove one of the two.",
  *find({ inputs }) {
    const { deployment, places } = inputs.deployment;
    for (const [name, { hosts = [] }] of Object.entries(deployment.listeners ?? {})) {
      const seen = new Set<string>();
      for (const [i, host] of hosts.entries()) {
        if (seen.has(host.toLowerCase()))
          yield { place: places.place(hosts, i), text: `host ${host} is in listener ${name} twice` };
        seen.add(host.toLowerCase());
      }
    }
  },
};
