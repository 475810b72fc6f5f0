import { fullName, type Rule, rule } from "../rule.js";

/** A field is gone. */
export const fieldRemoved: Rule = rule({
  id: "field-removed",
  on: "field",
  surfaces: ["json-strict", "text", "typescript"],
  purpose: "A field is gone.",
  why: "Its number and name can be given to another field, which then reads old data as its own. Strict readers reject old data.",
  fix: "Reserve its number and its name.",
  check({ previous, next, message }) {
    if (previous === undefined || next !== undefined || previous.shape.presence === "required") return undefined;
    const { number } = previous.shape;
    const proto = message.next!.proto;
    const numberReserved = proto.reservedRange.some(({ start, end }) => number >= start && number < end);
    const nameReserved = proto.reservedName.includes(previous.desc.name);
    const missing = [
      ...(numberReserved ? [] : [`reserved ${number};`]),
      ...(nameReserved || previous.desc.kind === "extension" ? [] : [`reserved "${previous.desc.name}";`]),
    ];
    const note =
      missing.length === 0 ? "" : numberReserved ? " without reserving its name" : " without reserving its number";
    return {
      text: `field ${fullName(previous.desc)} = ${number} was removed${note}`,
      expects: missing.length === 0 ? "extends" : "hazard",
      focus: [previous.shape],
      ...(missing.length === 0 || previous.desc.kind === "extension" ? {} : { suggestion: missing.join(" ") }),
    };
  },
});
