import type { ClientTls } from "@protoloom/envoy";
import type { Check } from "../check.js";

export const certificateWithoutKey: Check = {
  id: "certificate-without-key",
  why: "A certificate without its key cannot be presented: mutual TLS would fail, or not be used.",
  fix: "Give both `certificate` and `key`, or neither.",
  *find({ inputs }) {
    const { deployment, places } = inputs.deployment;
    const all: [of: string, tls: ClientTls | undefined][] = [
      ...Object.entries(deployment.clusters ?? {}).map(([name, { tls }]): [string, ClientTls | undefined] => [
        `cluster ${name}`,
        tls,
      ]),
      ["the control plane", deployment.controlPlane?.tls],
    ];
    for (const [of, tls] of all) {
      if (tls && (tls.certificate === undefined) !== (tls.key === undefined)) {
        yield { place: places.place(tls), text: `tls of ${of} has only one of certificate and key` };
      }
    }
  },
};
