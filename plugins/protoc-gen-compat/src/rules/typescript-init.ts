import { type Rule, rule } from "../rule.js";
import { initEffect } from "../typescript.js";

export const typescriptInit: Rule = rule({
  id: "typescript-init",
  on: "field",
  surfaces: ["typescript"],
  purpose: "A constructor requires another field.",
  why: "Source code that creates the message without it no longer compiles.",
  fix: "Make the field optional.",
  check({ previous, next }) {
    if (next?.desc.kind !== "field" || next.layout.presence !== "required" || previous?.layout.presence === "required")
      return undefined;
    return {
      text: `new ${next.desc.parent.name}() requires ${next.desc.localName} in TypeScript`,
      expects: "breaking",
      effects: [initEffect(next.desc)],
    };
  },
});
