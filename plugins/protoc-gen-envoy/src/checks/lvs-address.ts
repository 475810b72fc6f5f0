import { isIP } from "node:net";
import type { Check } from "../check.js";

export const lvsAddress: Check = {
  id: "lvs-address",
  why: "LVS passes packets on to IP addresses of one family, and keepalived rejects a configuration with anything else.",
  fix: "Write the IP addresses of the proxies, of the same family as the virtual one.",
  *find({ model }) {
    const { lvs } = model;
    if (lvs === undefined) return;
    const proxies = model.clusters.find(({ name }) => name === lvs.proxies);
    for (const { address } of proxies?.localities.flatMap(({ endpoints }) => endpoints) ?? []) {
      if (isIP(address.host) !== isIP(lvs.address))
        yield { place: lvs.place, text: `lvs at ${lvs.address} has a proxy at ${address.path ?? address.host}` };
    }
  },
};
