import type { Check } from "../check.js";

export const healthCheckPort: Check = {
  id: "health-check-port",
  why: "A Unix socket has no port, and Envoy rejects a configuration with both.",
  fix: "Remove `port` of the health_check, or give the endpoints addresses with a port.",
  *find({ model }) {
    for (const { name, localities, healthCheck } of model.clusters) {
      const socket = localities.flatMap(({ endpoints }) => endpoints).find(({ address }) => address.path !== undefined);
      if (socket && healthCheck.value?.port !== undefined)
        yield {
          place: healthCheck.cause.place ?? "",
          text: `health_check of cluster ${name} has a port, and its endpoint unix:${socket.address.path} has none`,
        };
    }
  },
};
