import { type Rule, rule } from "../rule.js";

export const oneofName: Rule = rule({
  id: "oneof-name",
  on: "field",
  surfaces: ["typescript"],
  purpose: "A oneof was renamed.",
  why: "Source code refers to the oneof by name; data does not.",
  fix: "Keep the name.",
  check({ previous, next }) {
    const [from, to] = [previous?.desc.oneof, next?.desc.oneof];
    if (from === undefined || to === undefined || from.name === to.name) return undefined;
    // Told once, for the first field.
    if (from.fields[0] !== previous?.desc || to.fields.length !== from.fields.length) return undefined;
    return {
      text: `oneof ${from.parent.typeName}.${from.name} was renamed to ${to.name}`,
      expects: "safe",
      previous: from,
      next: to,
    };
  },
});
