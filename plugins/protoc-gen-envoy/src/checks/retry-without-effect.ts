import type { Check } from "../check.js";
import { said } from "../plan/policy.js";

export const retryWithoutEffect: Check = {
  id: "retry-without-effect",
  why: "Only idempotent unary methods are retried, and the service has none: it would look safe but would not be.",
  fix: "Give the methods that may happen twice an idempotency_level, or name them under `idempotent` in the deployment file; or remove the retry.",
  *find({ model, sources }) {
    for (const { name, methods } of model.services) {
      if (methods.some(({ isIdempotent, isStreaming }) => isIdempotent && !isStreaming)) continue;
      // what is said of all services is for those that can
      const found =
        methods[0] &&
        said(sources.get(methods[0])?.filter(({ isOfService, isOwn }) => isOfService && !isOwn) ?? [], "retry");
      if (found)
        yield {
          place: found.place,
          isNote: found.isOfClients,
          text: `retry of service ${name}, of which no method can be retried`,
        };
    }
  },
};
