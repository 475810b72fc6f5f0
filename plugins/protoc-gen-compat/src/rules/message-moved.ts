import { type Rule, rule } from "../rule.js";

export const messageMoved: Rule = rule({
  id: "message-moved",
  on: "message",
  surfaces: ["typescript"],
  purpose: "A message moved to another file.",
  why: "Source code imports it from the old file.",
  fix: "Import the new file publicly from the old file.",
  check({ previous, next, through }) {
    if (previous === undefined || next === undefined || through !== undefined) return undefined;
    const [from, to] = [previous.file.proto.name, next.file.proto.name];
    if (from === to) return undefined;
    return { text: `message ${next.typeName} moved from ${from} to ${to}`, expects: "safe" };
  },
});
