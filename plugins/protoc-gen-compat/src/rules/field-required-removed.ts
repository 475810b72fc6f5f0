import { fieldReservations } from "../reserved.js";
import { fullName, type Rule, rule } from "../rule.js";

export const fieldRequiredRemoved: Rule = rule({
  id: "field-required-removed",
  on: "field",
  surfaces: ["binary", "json", "json-strict", "text"],
  purpose: "A required field was removed.",
  why: "Readers of the old version reject data without it.",
  fix: "Make it optional first, and remove it once no reader of the old version is left.",
  check({ previous, next, message }) {
    if (next !== undefined || previous?.layout.presence !== "required") return undefined;
    const { desc, layout } = previous;
    const { missing } = desc.kind === "extension" ? { missing: [] } : fieldReservations(desc, message.next!);
    return {
      text: `required field ${fullName(desc)} = ${layout.number} was removed`,
      expects: "breaking",
      focus: [layout],
      ...(missing.length === 0 ? {} : { suggestion: missing.join(" ") }),
    };
  },
});
