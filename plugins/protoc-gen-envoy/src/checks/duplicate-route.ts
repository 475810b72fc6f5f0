import type { Check } from "../check.js";
import { covering } from "./shadowed-route.js";

export const duplicateRoute: Check = {
  id: "duplicate-route",
  why: "Envoy takes the first, so the second never gets a call.",
  fix: "Remove one of the two.",
  *find({ model }) {
    for (const { name, canaries } of model.services) {
      for (const [i, canary] of canaries.entries()) {
        const other = canaries.slice(0, i).find((each) => covering(each, canary) === "same");
        if (other)
          yield { place: canary.place, text: `a canary of ${name} takes the calls of the one at ${other.place}` };
      }
    }
  },
};
