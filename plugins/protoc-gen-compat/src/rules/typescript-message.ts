import { type Rule, rule } from "../rule.js";
import { exportEffect } from "../typescript.js";

export const typescriptMessage: Rule = rule({
  id: "typescript-message",
  on: "message",
  surfaces: ["typescript"],
  purpose: "What is generated for a message has another name or another module.",
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
