import type { DescFile } from "@bufbuild/protobuf";
import { Edition } from "@bufbuild/protobuf/wkt";
import { type Rule, rule } from "../rule.js";

export const fileSyntax: Rule = rule({
  id: "file-syntax",
  on: "file",
  surfaces: ["binary"],
  purpose: "The syntax or edition of a file changed.",
  why: "The syntax or edition sets the features of all declarations in the file. Each change is reported separately.",
  fix: "Nothing, unless another finding reports a change.",
  severity: "info",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    const [before, after] = [previous, next].map(nameOf);
    if (before === after) return undefined;
    return { text: `file ${next.proto.name} changed from ${before} to ${after}`, expects: "safe" };
  },
});

function nameOf(file: DescFile): string {
  const { syntax, edition } = file.proto;
  return syntax === "editions" ? `edition ${Edition[edition]?.replace("EDITION_", "") ?? edition}` : syntax || "proto2";
}
