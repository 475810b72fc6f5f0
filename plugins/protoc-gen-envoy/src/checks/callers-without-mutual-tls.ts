import { type Check, distinct } from "../check.js";

export const callersWithoutMutualTls: Check = {
  id: "callers-without-mutual-tls",
  why: "Callers have no certificate there, so every call would be rejected.",
  fix: "Give the listener `tls` with `client_ca`, or expose the service on another listener.",
  find: ({ model }) =>
    distinct(
      model.listeners.flatMap(({ name, tls, routes }) =>
        routes.flatMap(({ name: route, policy: { auth } }) => {
          if (auth.value?.callers === undefined || tls?.clientCa !== undefined) return [];
          return [
            {
              place: auth.cause.place ?? "",
              text: `auth of ${route} names callers, but listener ${name} asks for no certificate`,
            },
          ];
        }),
      ),
    ),
};
