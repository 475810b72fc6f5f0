import type { Check } from "../check.js";
import { own } from "../plan/own.js";

export const retryNotIdempotent: Check = {
  id: "retry-not-idempotent",
  why: "The first attempt may have taken effect before it failed: a retry would do the work twice.",
  fix: "Give the rpc `option idempotency_level = IDEMPOTENT` (or NO_SIDE_EFFECTS) if that is so, or `idempotent: true` in the deployment file; or do not retry it.",
  *find(built) {
    for (const { method, place, isNote } of own(built, "retry")) {
      if (!method.isStreaming && !method.isIdempotent)
        yield { place, isNote, text: `retry of ${method.path}, which is not idempotent` };
    }
  },
};
