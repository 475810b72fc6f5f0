import { type Check, distinct } from "../check.js";

export const hashOfNothing: Check = {
  id: "hash-of-nothing",
  why: "A hash is made of one thing: of none there is none, and of two only one would count.",
  fix: "Give each element of `hash` one of header, cookie and source_ip: true.",
  find: ({ model }) =>
    distinct(
      model.services.flatMap(({ methods }) =>
        methods.flatMap(({ path, policy: { hash } }) => {
          const wrong = hash.value.some(
            ({ header, cookie, sourceIp }) =>
              [header, cookie, sourceIp || undefined].filter((each) => each !== undefined).length !== 1,
          );
          return wrong ? [{ place: hash.cause.place ?? "", text: `hash of ${path} is not made of one thing` }] : [];
        }),
      ),
    ),
};
