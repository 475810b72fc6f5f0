import type { Check } from "../check.js";

export const healthCheckHttp1: Check = {
  id: "health-check-http1",
  why: "The gRPC health protocol requires HTTP/2, and Envoy rejects it for another protocol.",
  fix: "Remove the health_check, or `protocol: http1`.",
  *find({ model }) {
    for (const { name, protocol, healthCheck } of model.clusters) {
      if (healthCheck.value && protocol.value === "http1")
        yield { place: healthCheck.cause.place ?? "", text: `cluster ${name} has a health check, but speaks HTTP/1.1` };
    }
  },
};
