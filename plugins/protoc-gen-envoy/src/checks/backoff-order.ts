import { type Check, distinct } from "../check.js";

export const backoffOrder: Check = {
  id: "backoff-order",
  why: "Envoy rejects a maximum backoff that is shorter than the first.",
  fix: "Make max_backoff at least as long as backoff.",
  find: ({ model }) =>
    distinct(
      model.services.flatMap(({ methods }) =>
        methods.flatMap(({ path, policy: { retry } }) => {
          const { backoff = 25, maxBackoff = backoff * 10 } = retry.value ?? {};
          if (maxBackoff >= backoff) return [];
          return [
            {
              place: retry.cause.place ?? "",
              text: `max_backoff of ${path} is ${maxBackoff} ms, its backoff ${backoff} ms`,
            },
          ];
        }),
      ),
    ),
};
