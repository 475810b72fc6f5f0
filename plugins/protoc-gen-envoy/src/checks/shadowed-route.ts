import type { Canary } from "@protoloom/envoy";
import type { Check } from "../check.js";

export const shadowedRoute: Check = {
  id: "shadowed-route",
  why: "Envoy takes the first route that matches, and an earlier one takes all of its calls.",
  fix: "Put the more specific canary first.",
  *find({ model }) {
    for (const { name, canaries } of model.services) {
      for (const [i, canary] of canaries.entries()) {
        const other = canaries.slice(0, i).find((each) => covering(each, canary) === "more");
        if (other)
          yield {
            place: canary.place,
            text: `a canary of ${name} gets no call: all are taken by the one at ${other.place}`,
          };
      }
    }
  },
};

/** Whether a canary takes the very calls of another that comes later, or those and more. */
export function covering(first: Canary, later: Canary): "same" | "more" | undefined {
  const sameHeader = first.header?.name === later.header?.name && first.header?.value === later.header?.value;
  const anyValue =
    first.header !== undefined && first.header.value === undefined && first.header.name === later.header?.name;
  const takesAll = first.percent === undefined || first.percent >= 100;
  if (sameHeader && first.percent === later.percent) return takesAll || first.header === undefined ? "same" : undefined;
  return takesAll && (sameHeader || anyValue || first.header === undefined) ? "more" : undefined;
}
