import { type Check, distinct } from "../check.js";

export const rateLimitService: Check = {
  id: "rate-limit-service",
  why: "Nobody would be asked, so nothing would be limited.",
  fix: "Add `rate_limit_service`, or limit each proxy by `rate_limit`.",
  find: ({ model }) =>
    distinct(
      model.services.flatMap(({ methods }) =>
        methods.flatMap(({ path, policy: { globalRateLimit } }) => {
          if (globalRateLimit.value === undefined || model.rateLimitService !== undefined) return [];
          const text = `global_rate_limit of ${path} has no rate_limit_service`;
          return [{ place: globalRateLimit.cause.place ?? "", text }];
        }),
      ),
    ),
};
