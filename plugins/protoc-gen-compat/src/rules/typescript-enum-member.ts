import { type Rule, rule } from "../rule.js";
import { enumMemberEffect } from "../typescript.js";

export const typescriptEnumMember: Rule = rule({
  id: "typescript-enum-member",
  on: "enum-value",
  surfaces: ["typescript"],
  purpose: "A generated enum member was renamed or removed.",
  why: "Source code that uses it no longer compiles. A new value without the common prefix renames all members.",
  fix: "Keep the names, and the prefix that all values have.",
  check({ previous, next }) {
    if (previous === undefined) return undefined;
    const effect = enumMemberEffect(previous, next);
    if (effect === undefined) return undefined;
    return {
      text: `enum member ${previous.parent.name}.${previous.localName} is ${next === undefined ? "gone" : next.localName} in TypeScript`,
      expects: "breaking",
      effects: [effect],
    };
  },
});
