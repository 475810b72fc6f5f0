import type { Check } from "../check.js";

export const dnsWithoutNames: Check = {
  id: "dns-without-names",
  why: "Only host names are looked up: the setting would have no effect.",
  fix: "Remove `dns_family`, or give the endpoints host names.",
  *find({ model }) {
    for (const { name, isDns, dnsFamily } of model.clusters) {
      const { place } = dnsFamily.cause;
      if (place !== undefined && !isDns)
        yield { place, text: `cluster ${name} has dns_family, but no endpoint with a host name` };
    }
  },
};
