import { type Check, distinct } from "../check.js";

export const authContradiction: Check = {
  id: "auth-contradiction",
  why: "A method cannot be public and require authentication at the same time.",
  fix: "Remove `public`, or the others.",
  find: ({ model }) =>
    distinct(
      model.services.flatMap(({ methods }) =>
        methods.flatMap(({ path, policy: { auth } }) => {
          const { public: isPublic, jwt, callers } = auth.value ?? {};
          if (!isPublic || (jwt === undefined && callers === undefined)) return [];
          return [
            {
              place: auth.cause.place ?? "",
              text: `auth of ${path} is public and asks for ${jwt ? "a token" : "callers"}`,
            },
          ];
        }),
      ),
    ),
};
