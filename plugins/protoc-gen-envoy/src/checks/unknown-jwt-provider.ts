import { type Check, distinct } from "../check.js";

export const unknownJwtProvider: Check = {
  id: "unknown-jwt-provider",
  why: "Envoy would reject every call of the method.",
  fix: "Add the provider under `jwt`, or correct the name.",
  find({ model }) {
    const known = new Set(Object.keys(model.jwt));
    return distinct(
      model.services.flatMap(({ methods }) =>
        methods.flatMap(({ path, policy: { auth } }) => {
          const unknown = (auth.value?.jwt ?? []).filter((name) => !known.has(name));
          return unknown.map((name) => ({
            place: auth.cause.place ?? "",
            text: `auth of ${path} names the provider ${name}, which is not under jwt`,
          }));
        }),
      ),
    );
  },
};
