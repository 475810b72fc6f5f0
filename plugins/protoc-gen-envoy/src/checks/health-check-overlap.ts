import type { Check } from "../check.js";

export const healthCheckOverlap: Check = {
  id: "health-check-overlap",
  why: "A check would start before the last one has ended, and an endpoint that hangs would be detected late.",
  fix: "Make the timeout shorter than the interval.",
  *find({ model }) {
    for (const { name, healthCheck } of model.clusters) {
      const { value, cause } = healthCheck;
      if (value && value.timeout > value.interval) {
        yield {
          place: cause.place ?? "",
          text: `the health check of cluster ${name} has a timeout of ${value.timeout} ms, an interval of ${value.interval} ms`,
        };
      }
    }
  },
};
