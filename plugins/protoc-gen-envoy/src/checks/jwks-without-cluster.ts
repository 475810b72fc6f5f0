import type { Check } from "../check.js";

export const jwksWithoutCluster: Check = {
  id: "jwks-without-cluster",
  why: "Envoy fetches keys from a URL only through a cluster; a file needs none.",
  fix: "Name the cluster that serves the URL, or use a file.",
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
