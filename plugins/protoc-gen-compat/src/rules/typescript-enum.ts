import { type Rule, rule } from "../rule.js";
import { exportEffect } from "../typescript.js";

export const typescriptEnum: Rule = rule({
  id: "typescript-enum",
  on: "enum",
  surfaces: ["typescript"],
  purpose: "The name or module of a generated enum changed.",
  why: "Source code that imports it no longer compiles.",
  fix: "Keep its name and its file.",
  check({ previous, next }) {
    if (previous === undefined) return undefined;
    const effect = exportEffect(previous, next);
    if (effect === undefined) return undefined;
    return {
      text: `enum ${previous.typeName} is exported differently in TypeScript`,
      expects: "breaking",
      effects: [effect],
    };
  },
});
