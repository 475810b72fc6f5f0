import type { Check } from "../check.js";

export const clientCertificateWithoutCa: Check = {
  id: "client-certificate-without-ca",
  why: "Without roots no certificate of a caller can be checked, and none is asked for.",
  fix: "Add `client_ca`.",
  *find({ model }) {
    for (const { name, place, tls } of model.listeners) {
      if (tls === undefined || tls.clientCa !== undefined) continue;
      const key = tls.forwardCertificate ? "forward_certificate" : tls.clientCertificate && "client_certificate";
      if (key) yield { place, text: `tls of listener ${name} has ${key}, but no client_ca` };
    }
  },
};
