import { sameOption } from "../option.js";
import { fullName, type Rule, rule } from "../rule.js";

export const fieldValidation: Rule = rule({
  id: "field-validation",
  on: "field",
  surfaces: ["rpc"],
  purpose: "A protovalidate rule of a field changed.",
  why: "A stricter rule rejects values that were accepted before.",
  fix: "Loosen rules; make them stricter only in a new field.",
  severity: "warning",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    if (sameOption(previous.desc.proto.options, next.desc.proto.options, 1159)) return undefined;
    return {
      text: `field ${fullName(next.desc)} changed its validation rules`,
      expects: "hazard",
    };
  },
});
