import { type Rule, rule } from "../rule.js";

export const filePackage: Rule = rule({
  id: "file-package",
  on: "file",
  surfaces: ["rpc", "typescript"],
  purpose: "The package of a file changed.",
  why: "The full names of its types and the paths of its RPCs change.",
  fix: "Keep the package; put a new version beside the old one.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || previous.proto.package === next.proto.package) return undefined;
    return {
      text: `file ${next.proto.name} changed package from "${previous.proto.package}" to "${next.proto.package}"`,
      expects: "hazard",
    };
  },
});
