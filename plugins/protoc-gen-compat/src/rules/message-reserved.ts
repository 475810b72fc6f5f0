import { freedReservations, overlaps, showReserved } from "../reserved.js";
import { type Rule, rule } from "../rule.js";

export const messageReserved: Rule = rule({
  id: "message-reserved",
  on: "message",
  surfaces: ["binary"],
  purpose: "Reserved numbers or names of a message were released.",
  why: "Reserved numbers and names were used once, and such data may still exist.",
  fix: "Keep the reservation.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    const used = {
      numbers: new Set(next.fields.map(({ number }) => number)),
      names: new Set(next.fields.map(({ name }) => name)),
    };
    const freed = freedReservations(previous.proto, next.proto, 1);
    if (freed.length === 0) return undefined;
    const taken = freed.some((each) =>
      typeof each === "string" ? used.names.has(each) : overlaps(each, used.numbers),
    );
    return {
      text: `message ${next.typeName} no longer reserves ${freed.map(showReserved).join(", ")}${taken ? ", and uses it again" : ""}`,
      expects: "hazard",
    };
  },
});
