import type { Check } from "../check.js";

export const jwksWithoutCluster: Check = {
  id: "jwks-without-cluster",
  why: "Envoy gets keys from a URL through a cluster only; a file needs none.",
  fix: "Name the cluster where the URL is served, or give a file.",
  *find({ inputs }) {
    const { deployment, places } = inputs.deployment;
    for (const [name, provider] of Object.entries(deployment.jwt ?? {})) {
      const isUrl = /^https?:/.test(provider.jwks);
      if (isUrl === (provider.cluster !== undefined)) continue;
      const text = isUrl ? "has a URL of keys, but no cluster" : "has a file of keys, and a cluster";
      yield { place: places.place(provider, "jwks"), text: `jwt provider ${name} ${text}` };
    }
  },
};
