import { type Rule, rule } from "../rule.js";
import { memberEffect, memberName } from "../typescript.js";

export const typescriptMember: Rule = rule({
  id: "typescript-member",
  on: "field",
  surfaces: ["typescript"],
  purpose: "The name or type of a generated class member changed.",
  why: "Source code that uses it no longer compiles.",
  fix: "Keep name and type of the field.",
  check({ previous, next, message }) {
    if (previous === undefined || message.next === undefined || message.through !== undefined) return undefined;
    const effect = memberEffect(previous.desc, next?.desc);
    if (effect === undefined) return undefined;
    return {
      text: `member ${memberName(previous.desc)} changed in TypeScript`,
      expects: "breaking",
      effects: [effect],
    };
  },
});
