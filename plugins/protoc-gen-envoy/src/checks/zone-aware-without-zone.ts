import type { Check } from "../check.js";

export const zoneAwareWithoutZone: Check = {
  id: "zone-aware-without-zone",
  why: "Envoy compares the endpoints of each zone with the proxies of each zone, and would ignore zones.",
  fix: "Say under `home` in which zone the proxies run, and by `proxies` which cluster lists them.",
  *find({ model }) {
    for (const { name, zoneAware } of model.clusters) {
      if (zoneAware.value !== undefined && model.home?.proxies === undefined)
        yield { place: zoneAware.cause.place ?? "", text: `cluster ${name} is zone_aware, but home names no proxies` };
    }
  },
};
