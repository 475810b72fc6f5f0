import { fullName, type Rule, rule } from "../rule.js";

export const fieldAdded: Rule = rule({
  id: "field-added",
  on: "field",
  surfaces: ["json-strict", "text"],
  purpose: "A field was added.",
  why: "A reader that does not know it keeps it (binary) or ignores it (JSON); a strict reader rejects it.",
  fix: "Nothing: this is how messages grow. If there are strict readers, roll out readers first.",
  check({ previous, next }) {
    if (previous !== undefined || next === undefined || next.layout.presence === "required") return undefined;
    return {
      text: `field ${fullName(next.desc)} = ${next.layout.number} was added`,
      expects: "extends",
      atMost: "extends",
      focus: [next.layout],
    };
  },
});
