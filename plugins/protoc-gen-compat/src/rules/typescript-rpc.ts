import { type Rule, rule } from "../rule.js";
import { methodEffect } from "../typescript.js";

export const typescriptRpc: Rule = rule({
  id: "typescript-rpc",
  on: "method",
  surfaces: ["typescript"],
  purpose: "The generated method of an RPC changed.",
  why: "Source code that calls it no longer compiles.",
  fix: "Keep name, streams and types.",
  check({ previous, next }) {
    if (previous === undefined) return undefined;
    const effect = methodEffect(previous, next);
    if (effect === undefined) return undefined;
    return {
      text: `rpc ${previous.parent.typeName}.${previous.name} changed in TypeScript`,
      expects: "breaking",
      effects: [effect],
    };
  },
});
