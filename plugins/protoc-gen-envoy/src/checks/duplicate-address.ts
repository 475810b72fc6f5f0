import type { Address } from "@protoloom/envoy";
import type { Check } from "../check.js";

export const duplicateAddress: Check = {
  id: "duplicate-address",
  why: "Two listeners on one address would share its connections arbitrarily.",
  fix: "Give each its own port, or put their services into one listener.",
  *find({ model, inputs }) {
    const { places, deployment } = inputs.deployment;
    const { admin } = model;
    const all: { name: string; address: Address; place: string }[] = model.listeners.map(
      ({ name, address, place }) => ({
        name: `listener ${name}`,
        address: address.value,
        place: address.cause.place ?? place,
      }),
    );
    if (admin) all.push({ name: "admin", address: admin, place: places.place(deployment, "admin") });
    for (const [i, one] of all.entries()) {
      const other = all.slice(0, i).find(({ address }) => collide(address, one.address));
      if (other) yield { place: one.place, text: `${one.name} has the address of ${other.name}` };
    }
  },
};

const every = new Set(["0.0.0.0", "::"]);

function collide(a: Address, b: Address): boolean {
  return a.port === b.port && (a.host === b.host || every.has(a.host) || every.has(b.host));
}
