import { fullName, type Rule, rule } from "../rule.js";

export const fieldDelimited: Rule = rule({
  id: "field-delimited",
  on: "field",
  surfaces: ["binary"],
  purpose: "A message field changed between length-prefixed and delimited (group) encoding.",
  why: "The wire types differ: a reader keeps the other form as an unknown field.",
  fix: "Keep features.message_encoding as it was.",
  check({ previous, next }) {
    const [a, b] = [previous?.layout, next?.layout];
    if (a?.kind !== "message" || b?.kind !== "message" || a.delimited === b.delimited) return undefined;
    return {
      text: `field ${fullName(next!.desc)} changed to ${b.delimited ? "delimited" : "length-prefixed"} encoding`,
      expects: "breaking",
      focus: [a, b],
    };
  },
});
