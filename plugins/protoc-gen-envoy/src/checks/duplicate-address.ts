import { type Address, showAddress } from "@protoloom/envoy";
import type { Check } from "../check.js";

export const duplicateAddress: Check = {
  id: "duplicate-address",
  why: "Two listeners on one address would share its connections arbitrarily.",
  fix: "Give each its own port, or its own `hosts`: then they share the port.",
  *find({ model, inputs }) {
    const { places, deployment } = inputs.deployment;
    const { admin } = model;
    const all: Bound[] = model.listeners.map(({ name, address, place, hosts }) => ({
      name: `listener ${name}`,
      address: address.value,
      place: address.cause.place ?? place,
      hosts,
    }));
    if (admin) all.push({ name: "admin", address: admin, place: places.place(deployment, "admin"), hosts: ["*"] });
    for (const [i, one] of all.entries()) {
      const other = all.slice(0, i).find((each) => collide(each, one));
      if (other) yield { place: one.place, text: `${one.name} has the address of ${other.name}` };
    }
  },
};

interface Bound {
  readonly name: string;
  readonly address: Address;
  readonly place: string;
  readonly hosts: readonly string[];
}

const every = new Set(["0.0.0.0", "::"]);

/** Listeners on the very same address may share it, if each has hosts of its own. */
function collide(a: Bound, b: Bound): boolean {
  if (showAddress(a.address) === showAddress(b.address)) {
    const taken = new Set(a.hosts.map((host) => host.toLowerCase()));
    return b.hosts.some((host) => taken.has(host.toLowerCase()));
  }
  const isEvery = every.has(a.address.host) || every.has(b.address.host);
  return isEvery && a.address.port === b.address.port && a.address.path === undefined && b.address.path === undefined;
}
