import { sameOption } from "../option.js";
import { fullName, type Rule, rule } from "../rule.js";

export const fieldBehavior: Rule = rule({
  id: "field-behavior",
  on: "field",
  surfaces: ["rpc"],
  purpose: "google.api.field_behavior of a field changed.",
  why: "REQUIRED, IMMUTABLE and OUTPUT_ONLY are promises that clients rely on.",
  fix: "Only take back promises that no client can notice.",
  severity: "warning",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    if (sameOption(previous.desc.proto.options, next.desc.proto.options, 1052)) return undefined;
    return {
      text: `field ${fullName(next.desc)} changed google.api.field_behavior`,
      expects: "hazard",
    };
  },
});
