import type { Method, Place } from "@protoloom/envoy";
import type { Built } from "./build.js";
import { type PolicySource, said } from "./policy.js";

/** The methods with a setting that applies to them alone, and its place. */
export function* own(
  built: Built,
  key: keyof PolicySource["policy"],
): Iterable<{ method: Method; place: Place; isNote: boolean }> {
  for (const [method, sources] of built.sources) {
    const found = said(sources, key);
    if (found?.isOwn) yield { method, place: found.place, isNote: found.isOfClients };
  }
}
