import { sourceEffects } from "../languages/effects.js";
import { type Rule, rule } from "../rule.js";

export const sourceEnumValue: Rule = rule({
  id: "source-enum-value",
  on: "enum-value",
  surfaces: ["go", "java", "python", "cpp"],
  purpose: "A constant generated for Go, Java, Python or C++ was renamed or removed.",
  why: "Source code that uses it no longer compiles. These languages keep the prefix that all values have.",
  fix: "Keep the name, or add the new one as an alias.",
  check({ previous, next }) {
    if (previous === undefined) return undefined;
    const effects = sourceEffects(previous, next);
    if (effects.length === 0) return undefined;
    const names = effects.map(({ surface }) => surface).join(", ");
    const name = `${previous.parent.typeName}.${previous.name}`;
    return { text: `the constant of enum value ${name} is gone (${names})`, expects: "breaking", effects };
  },
});
