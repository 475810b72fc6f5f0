import type { Check } from "../check.js";
import { own } from "../plan/own.js";

export const mirrorNotIdempotent: Check = {
  id: "mirror-not-idempotent",
  why: "The copy takes effect too: orders would be placed twice wherever both share state.",
  fix: "Give the rpc `option idempotency_level = IDEMPOTENT` (or NO_SIDE_EFFECTS) if that is so, or `idempotent: true` in the deployment file; or do not mirror it.",
  *find(built) {
    for (const { method, place, isNote } of own(built, "mirror")) {
      if (!method.isIdempotent) yield { place, isNote, text: `mirror of ${method.path}, which is not idempotent` };
    }
  },
};
