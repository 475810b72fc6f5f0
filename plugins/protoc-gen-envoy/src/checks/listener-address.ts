import { isIP } from "node:net";
import type { Address } from "@protoloom/envoy";
import type { Check } from "../check.js";

export const listenerAddress: Check = {
  id: "listener-address",
  why: "Envoy listens on IP addresses only, and rejects a configuration with a name here.",
  fix: "Write 127.0.0.1 for this machine alone, 0.0.0.0 for all of its addresses.",
  *find({ model, inputs }) {
    const { places, deployment } = inputs.deployment;
    const all: { of: string; address: Address; place: string }[] = model.listeners.map(({ name, address, place }) => ({
      of: `listener ${name}`,
      address: address.value,
      place: address.cause.place ?? place,
    }));
    if (model.admin) all.push({ of: "admin", address: model.admin, place: places.place(deployment, "admin") });
    for (const { of, address, place } of all) {
      if (address.path === undefined && isIP(address.host) === 0)
        yield { place, text: `the address of ${of} is a name: ${address.host}` };
    }
  },
};
