import { fullName, type Rule, rule } from "../rule.js";

export const fieldAdded: Rule = rule({
  id: "field-added",
  on: "field",
  surfaces: ["json-strict", "text"],
  purpose: "A field is new.",
  why: "A reader that does not know it keeps it (binary), ignores it (JSON), or rejects it if it is strict.",
  fix: "Nothing: this is how messages grow. Roll out readers first where strict ones read.",
  check({ previous, next }) {
    if (previous !== undefined || next === undefined || next.shape.presence === "required") return undefined;
    return {
      text: `field ${fullName(next.desc)} = ${next.shape.number} was added`,
      expects: "extends",
      atMost: "extends",
      focus: [next.shape],
    };
  },
});
