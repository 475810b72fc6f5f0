import { type Rule, rule } from "../rule.js";
import { exportEffect } from "../typescript.js";

export const typescriptMessage: Rule = rule({
  id: "typescript-message",
  on: "message",
  surfaces: ["typescript"],
  purpose: "The name or module of a generated message changed.",
  why: "Source code that imports it no longer compiles.",
  fix: "Keep its name and its file.",
  check({ previous, next, through }) {
    if (previous === undefined || through !== undefined) return undefined;
    const effect = exportEffect(previous, next);
    if (effect === undefined) return undefined;
    return {
      text: `message ${previous.typeName} is exported differently in TypeScript`,
      expects: "breaking",
      effects: [effect],
    };
  },
});
