import { placeEffects } from "../languages/effects.js";
import { type Rule, rule } from "../rule.js";

export const sourceFile: Rule = rule({
  id: "source-file",
  on: "file",
  surfaces: ["go", "java", "python", "cpp"],
  purpose: "The package or module of code generated for Go, Java, Python or C++ changed.",
  why: "Source code that imports it no longer compiles.",
  fix: "Keep the package and its options, such as go_package and java_package.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    const effects = placeEffects(previous, next);
    if (effects.length === 0) return undefined;
    const names = effects.map(({ surface }) => surface).join(", ");
    return {
      text: `the generated code of file ${next.proto.name} is elsewhere (${names})`,
      expects: "breaking",
      effects,
    };
  },
});
