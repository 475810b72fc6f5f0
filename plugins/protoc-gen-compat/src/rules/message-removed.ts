import { type Rule, rule } from "../rule.js";

export const messageRemoved: Rule = rule({
  id: "message-removed",
  on: "message",
  surfaces: ["typescript"],
  purpose: "A message is gone.",
  why: "Source code that uses it no longer compiles; an Any that holds one cannot be opened.",
  fix: "Keep it, deprecated, as long as it is used or stored.",
  check({ previous, next }) {
    if (previous === undefined || next !== undefined) return undefined;
    return { text: `message ${previous.typeName} was removed`, expects: "hazard" };
  },
});
