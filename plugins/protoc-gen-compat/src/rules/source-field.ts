import { sourceEffects } from "../languages/effects.js";
import { fullName, type Rule, rule } from "../rule.js";

export const sourceField: Rule = rule({
  id: "source-field",
  on: "field",
  surfaces: ["go", "java", "python", "cpp"],
  purpose: "The name, type or presence of a field generated for Go, Java, Python or C++ changed.",
  why: "Source code that uses it no longer compiles.",
  fix: "Keep the name, the type and the presence of the field.",
  check({ previous, next, message }) {
    const [before, after] = [previous?.desc, next?.desc];
    if (before?.kind !== "field" || message.next === undefined || message.through !== undefined) return undefined;
    const effects = sourceEffects(before, after?.kind === "field" ? after : undefined);
    if (effects.length === 0) return undefined;
    const names = effects.map(({ surface }) => surface).join(", ");
    return { text: `the generated code of field ${fullName(before)} changed (${names})`, expects: "breaking", effects };
  },
});
