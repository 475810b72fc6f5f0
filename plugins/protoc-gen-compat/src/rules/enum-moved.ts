import { type Rule, rule } from "../rule.js";

export const enumMoved: Rule = rule({
  id: "enum-moved",
  on: "enum",
  surfaces: ["typescript"],
  purpose: "An enum moved to another file.",
  why: "Source code imports it from the old file.",
  fix: "Import the new file publicly from the old file.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || previous.file.proto.name === next.file.proto.name)
      return undefined;
    return {
      text: `enum ${next.typeName} moved from ${previous.file.proto.name} to ${next.file.proto.name}`,
      expects: "safe",
    };
  },
});
