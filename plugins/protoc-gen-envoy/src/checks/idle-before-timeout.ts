import { type Check, distinct } from "../check.js";

export const idleBeforeTimeout: Check = {
  id: "idle-before-timeout",
  why: "A unary call is silent until its response: idle_timeout would end it first, with a different status than the timeout.",
  fix: "Omit idle_timeout for unary methods, or make it longer than the timeout.",
  find: ({ model }) =>
    distinct(
      model.services.flatMap(({ methods }) =>
        methods.flatMap(({ path, isStreaming, policy: { idleTimeout: idle, timeout } }) => {
          const isShort = idle.value > 0 && (timeout.value === 0 || idle.value < timeout.value);
          if (isStreaming || !isShort) return [];
          return [
            {
              place: idle.cause.place ?? "",
              text: `idle_timeout of ${path} is ${idle.value} ms, its timeout ${timeout.value} ms`,
            },
          ];
        }),
      ),
    ),
};
