import { type Check, distinct } from "../check.js";

export const hashOfNothing: Check = {
  id: "hash-of-nothing",
  why: "Each element hashes one thing: with none there is no hash, and with two only one would be used.",
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
