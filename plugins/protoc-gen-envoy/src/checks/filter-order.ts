import { filterNames } from "@protoloom/envoy";
import type { Check } from "../check.js";

export const filterOrder: Check = {
  id: "filter-order",
  why: "Each filter sees the request as earlier filters left it: out of order, preflights are rejected or REST bypasses a guard.",
  fix: `The order that works is ${filterNames.join(", ")}.`,
  *find({ inputs }) {
    const { deployment, places } = inputs.deployment;
    for (const [name, { filters = [] }] of Object.entries(deployment.listeners ?? {})) {
      for (const [i, filter] of filters.entries()) {
        const before = filters[i - 1];
        if (before !== undefined && filterNames.indexOf(before) >= filterNames.indexOf(filter)) {
          yield { place: places.place(filters, i), text: `filter ${filter} of listener ${name} is behind ${before}` };
        }
      }
    }
  },
};
