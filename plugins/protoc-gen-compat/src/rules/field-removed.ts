import { fieldReservations } from "../reserved.js";
import { fullName, type Rule, rule } from "../rule.js";

export const fieldRemoved: Rule = rule({
  id: "field-removed",
  on: "field",
  surfaces: ["json-strict", "text", "typescript"],
  purpose: "A field was removed.",
  why: "If its number or name is reused, the new field reads old data as its own. Strict readers reject old data.",
  fix: "Keep it, deprecated, until nobody uses it. Then remove it, and reserve its number and its name.",
  check({ previous, next, message }) {
    if (previous === undefined || next !== undefined || previous.layout.presence === "required") return undefined;
    const { desc, layout } = previous;
    if (desc.kind === "extension") {
      const text = `field ${fullName(desc)} = ${layout.number} was removed`;
      return { text, expects: "hazard", focus: [layout] };
    }
    const { isNumberReserved, missing } = fieldReservations(desc, message.next!);
    const note =
      missing.length === 0 ? "" : isNumberReserved ? " without reserving its name" : " without reserving its number";
    return {
      text: `field ${fullName(desc)} = ${layout.number} was removed${note}`,
      expects: missing.length === 0 && isNumberReserved ? "extends" : "hazard",
      focus: [layout],
      ...(missing.length === 0 ? {} : { suggestion: missing.join(" ") }),
    };
  },
});
