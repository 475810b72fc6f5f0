import { typeEffects } from "../languages/effects.js";
import { type Rule, rule } from "../rule.js";

export const sourceMessage: Rule = rule({
  id: "source-message",
  on: "message",
  surfaces: ["go", "java", "python", "cpp"],
  purpose: "The name or place of a message generated for Go, Java, Python or C++ changed.",
  why: "Source code that uses it no longer compiles.",
  fix: "Keep the name, the messages around it, and the file.",
  check({ previous, next, through }) {
    if (previous === undefined || through !== undefined) return undefined;
    const effects = typeEffects(previous, next);
    if (effects.length === 0) return undefined;
    const names = effects.map(({ surface }) => surface).join(", ");
    return {
      text: `message ${previous.typeName} has another name in generated code (${names})`,
      expects: "breaking",
      effects,
    };
  },
});
