import { typeEffects } from "../languages/effects.js";
import { type Rule, rule } from "../rule.js";

export const sourceEnum: Rule = rule({
  id: "source-enum",
  on: "enum",
  surfaces: ["go", "java", "python", "cpp"],
  purpose: "The name or place of an enum generated for Go, Java, Python or C++ changed.",
  why: "Source code that uses it no longer compiles.",
  fix: "Keep the name, the messages around it, and the file.",
  check({ previous, next }) {
    if (previous === undefined) return undefined;
    const effects = typeEffects(previous, next);
    if (effects.length === 0) return undefined;
    const names = effects.map(({ surface }) => surface).join(", ");
    return {
      text: `enum ${previous.typeName} has another name in generated code (${names})`,
      expects: "breaking",
      effects,
    };
  },
});
