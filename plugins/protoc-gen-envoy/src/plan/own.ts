import type { Method, Place } from "@protoloom/envoy";
import type { Built } from "./build.js";
import { type PolicySource, said } from "./policy.js";

/** The methods of which something is said that speaks of them alone, and where. */
export function* own(
  built: Built,
  key: keyof PolicySource["policy"],
): Iterable<{ method: Method; place: Place; isNote: boolean }> {
  for (const [method, sources] of built.sources) {
    const found = said(sources, key);
    if (found?.isOwn) yield { method, place: found.place, isNote: found.isOfClients };
  }
}
