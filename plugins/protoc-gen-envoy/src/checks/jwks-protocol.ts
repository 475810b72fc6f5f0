import type { Check } from "../check.js";

export const jwksProtocol: Check = {
  id: "jwks-protocol",
  why: "No key would ever arrive, so every call with a token would be rejected.",
  fix: "Give the cluster `tls` for an https URL. For an http URL remove it, and say how it is spoken to: `protocol: http1`.",
  *find({ model, inputs }) {
    const { places, deployment } = inputs.deployment;
    const clusters = new Map(model.clusters.map((cluster) => [cluster.name, cluster]));
    for (const [name, provider] of Object.entries(deployment.jwt ?? {})) {
      const cluster = clusters.get(provider.cluster ?? "");
      if (cluster === undefined) continue;
      const wantsTls = provider.jwks.startsWith("https:");
      const isUnsaid = cluster.protocol.value === "h2" && cluster.protocol.cause.place === undefined;
      const found = cluster.tls ? "speaks TLS" : isUnsaid ? "speaks HTTP/2 without TLS, by default" : "speaks no TLS";
      if (wantsTls !== (cluster.tls !== undefined) || (!wantsTls && isUnsaid)) {
        const place = places.place(provider, "jwks");
        yield {
          place,
          text: `jwt provider ${name} has its keys at ${provider.jwks}, but cluster ${cluster.name} ${found}`,
        };
      }
    }
  },
};
