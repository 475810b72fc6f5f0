import { fullName, type Rule, rule } from "../rule.js";

export const messageReplaced: Rule = rule({
  id: "message-replaced",
  on: "message",
  surfaces: ["binary", "json", "json-strict", "text"],
  purpose: "A field or RPC has a new message type with a different structure.",
  why: "Data written as one type is read as the other, field by field.",
  fix: "Add a field or RPC of the new type, or make the new type equal in structure.",
  check({ previous, next, through }) {
    if (previous === undefined || next === undefined || through?.next === undefined) return undefined;
    const where =
      through.kind === "field" ? fullName(through.next.desc) : `${through.next.parent.typeName}.${through.next.name}`;
    return { text: `message ${previous.typeName} was replaced by ${next.typeName} in ${where}`, expects: "safe" };
  },
});
