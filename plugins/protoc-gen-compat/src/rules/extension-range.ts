import { missingRanges, showReserved } from "../reserved.js";
import { type Rule, rule } from "../rule.js";

export const extensionRange: Rule = rule({
  id: "extension-range",
  on: "message",
  surfaces: ["binary"],
  purpose: "An extension range of a message was removed.",
  why: "Extensions in it can no longer be declared, and its numbers may become fields.",
  fix: "Keep the range.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || previous.proto.extensionRange.length === 0) return undefined;
    const freed = missingRanges(previous.proto.extensionRange, next.proto.extensionRange, 1);
    if (freed.length === 0) return undefined;
    return {
      text: `message ${next.typeName} has no extension range ${freed.map(showReserved).join(", ")} any more`,
      expects: "hazard",
    };
  },
});
