import { type Rule, rule } from "../rule.js";

export const messageRenamed: Rule = rule({
  id: "message-renamed",
  on: "message",
  surfaces: ["json"],
  purpose: "A message was renamed.",
  why: "An Any contains the old type name, as do RPC reflection and registries.",
  fix: "Keep the name.",
  severity: "warning",
  check({ previous, next, through }) {
    if (previous === undefined || next === undefined || through !== undefined) return undefined;
    if (previous.typeName === next.typeName) return undefined;
    return { text: `message ${previous.typeName} is now ${next.typeName}`, expects: "hazard" };
  },
});
