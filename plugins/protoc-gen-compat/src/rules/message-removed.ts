import { type Rule, rule } from "../rule.js";

export const messageRemoved: Rule = rule({
  id: "message-removed",
  on: "message",
  surfaces: ["typescript"],
  purpose: "A message was removed.",
  why: "Source code that uses it no longer compiles, and an Any that contains one cannot be unpacked.",
  fix: "Keep it, deprecated, as long as it is used or stored.",
  check({ previous, next }) {
    if (previous === undefined || next !== undefined) return undefined;
    return { text: `message ${previous.typeName} was removed`, expects: "hazard" };
  },
});
