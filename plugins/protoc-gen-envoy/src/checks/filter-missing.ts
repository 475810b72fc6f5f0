import type { Check } from "../check.js";

export const filterMissing: Check = {
  id: "filter-missing",
  why: "Route settings for a filter that is not in the chain have no effect: what it guards would be open.",
  fix: "Add it to `filters`, or omit `filters`: the chain then contains what is needed.",
  *find({ model, inputs }) {
    const { deployment, places } = inputs.deployment;
    for (const { name, filters } of model.listeners) {
      const spec = deployment.listeners?.[name];
      if (spec?.filters === undefined) continue;
      for (const { value, cause } of filters) {
        if (!spec.filters.includes(value)) {
          yield {
            place: places.place(spec, "filters"),
            text: `filter ${value} of listener ${name} is missing: ${cause.why}`,
          };
        }
      }
    }
  },
};
