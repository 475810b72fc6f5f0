import type { Listener, Model } from "./model.js";
import { showAddress } from "./terms.js";

/** The listeners on one address: virtual hosts of one port. */
export type Port = readonly [Listener, ...Listener[]];

/** The ports of a model, in the order of its listeners. */
export function portsOf({ listeners }: Pick<Model, "listeners">): Port[] {
  const found = new Map<string, [Listener, ...Listener[]]>();
  for (const listener of listeners) {
    const address = showAddress(listener.address.value);
    const known = found.get(address);
    if (known) known.push(listener);
    else found.set(address, [listener]);
  }
  return [...found.values()];
}

/** The parts of a port that have their own routes: with TLS each listener, otherwise all together. */
export function routedParts(port: Port): Port[] {
  return port[0].tls === undefined ? [port] : port.map((listener): Port => [listener]);
}

export function portName(port: Port): string {
  return port.map(({ name }) => name).join("+");
}
