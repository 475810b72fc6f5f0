import { type Rule, rule } from "../rule.js";

export const fileRemoved: Rule = rule({
  id: "file-removed",
  on: "file",
  surfaces: ["typescript"],
  purpose: "A file was removed.",
  why: "Source code imports the code generated from it.",
  fix: "Keep the file, and import publicly what moved.",
  check({ previous, next }) {
    if (previous === undefined || next !== undefined) return undefined;
    return { text: `file ${previous.proto.name} was removed`, expects: "hazard" };
  },
});
