import { freedReservations, overlaps, showReserved } from "../reserved.js";
import { type Rule, rule } from "../rule.js";

export const enumReserved: Rule = rule({
  id: "enum-reserved",
  on: "enum",
  surfaces: ["binary"],
  purpose: "Reserved numbers or names of an enum were released.",
  why: "Reserved numbers and names were used once, and such data may still exist.",
  fix: "Keep the reservation.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    const used = {
      numbers: new Set(next.values.map(({ number }) => number)),
      names: new Set(next.values.map(({ name }) => name)),
    };
    const freed = freedReservations(previous.proto, next.proto, 0);
    if (freed.length === 0) return undefined;
    const taken = freed.some((each) =>
      typeof each === "string" ? used.names.has(each) : overlaps(each, used.numbers),
    );
    return {
      text: `enum ${next.typeName} no longer reserves ${freed.map(showReserved).join(", ")}${taken ? ", and uses it again" : ""}`,
      expects: "hazard",
    };
  },
});
