import { type Listener, portsOf } from "@protoloom/envoy";
import type { Check, Finding } from "../check.js";
import { isHostPattern } from "../formats/features.js";

export const sharedPort: Check = {
  id: "shared-port",
  why: "Listeners that share a port are told apart by TLS or by the host of a request, and share all that comes before.",
  fix: "Make them alike, or give the listener its own port.",
  *find({ model }) {
    for (const [first, ...others] of portsOf(model)) {
      for (const other of others) yield* different(first, other);
      if (others.length > 0 && first.tls !== undefined)
        for (const each of [first, ...others]) yield* unknownToTls(each);
    }
  },
};

/** With TLS, each listener has connections of its own, so that only sockets are shared. */
function* different(first: Listener, other: Listener): Iterable<Finding> {
  const place = other.address.cause.place ?? other.place;
  const differ = (what: string) => ({ place, text: `listener ${other.name} has other ${what} than ${first.name}` });
  if ((first.tls === undefined) !== (other.tls === undefined)) {
    yield { place, text: `listener ${other.name} shares a port with ${first.name}, and only one has tls` };
    return;
  }
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const values = (all: object) => Object.values(all).map(({ value }: { value: unknown }) => value);
  if (first.limits.buffer.value !== other.limits.buffer.value) yield differ("limits.buffer");
  if (other.fragments.listener)
    yield {
      place: other.fragments.listener.place,
      text: `envoy.listener of ${other.name} is behind that of ${first.name}`,
    };
  if (first.tls !== undefined) return;
  if (!same(values(first.limits), values(other.limits))) yield differ("limits");
  if (!same(first.accessLog, other.accessLog)) yield differ("access_log");
  if (!same(first.tracing, other.tracing)) yield differ("tracing");
  if (first.compression.value !== other.compression.value) yield differ("compression");
  if (!same(values(first.rest), values(other.rest))) yield differ("rest");
  if (first.trustedHops.value !== other.trustedHops.value) yield differ("trusted_hops");
  if (other.fragments.http)
    yield { place: other.fragments.http.place, text: `envoy.http of ${other.name} is behind that of ${first.name}` };
}

/** Server names have a star at the start only, in place of whole labels. */
function* unknownToTls({ name, hosts, address, place }: Listener): Iterable<Finding> {
  for (const host of hosts) {
    if (isHostPattern(host))
      yield { place: address.cause.place ?? place, text: `listener ${name} cannot be chosen by ${host} in TLS` };
  }
}
