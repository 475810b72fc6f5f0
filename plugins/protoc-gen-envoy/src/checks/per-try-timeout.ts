import { type Check, distinct } from "../check.js";

export const perTryTimeout: Check = {
  id: "per-try-timeout",
  why: "The call would end before its first attempt does.",
  fix: "Make per_try_timeout shorter than the timeout, ideally the timeout divided by the attempts.",
  find: ({ model }) =>
    distinct(
      model.services.flatMap(({ methods }) =>
        methods.flatMap(({ path, policy: { retry, timeout } }) => {
          const each = retry.value?.perTryTimeout;
          if (each === undefined || timeout.value === 0 || each <= timeout.value) return [];
          const text = `per_try_timeout of ${path} is ${each} ms, its timeout ${timeout.value} ms`;
          return [{ place: retry.cause.place ?? "", text }];
        }),
      ),
    ),
};
