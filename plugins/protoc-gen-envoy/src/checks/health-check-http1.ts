import type { Check } from "../check.js";

export const healthCheckHttp1: Check = {
  id: "health-check-http1",
  why: "The gRPC health protocol requires HTTP/2, and Envoy rejects it for another protocol.",
  fix: "Check by `http` or `tcp`, or remove `protocol: http1`.",
  *find({ model }) {
    for (const { name, protocol, healthCheck } of model.clusters) {
      const isGrpc = healthCheck.value && !healthCheck.value.http && !healthCheck.value.tcp;
      if (isGrpc && protocol.value === "http1")
        yield { place: healthCheck.cause.place ?? "", text: `cluster ${name} has a health check, but speaks HTTP/1.1` };
    }
  },
};
