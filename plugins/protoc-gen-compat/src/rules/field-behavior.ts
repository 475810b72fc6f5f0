import type { Message } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
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
    const [before, after] = [previous, next].map(({ desc }) => behaviours(desc.proto.options));
    if (before === after) return undefined;
    return {
      text: `field ${fullName(next.desc)} changed google.api.field_behavior`,
      expects: "hazard",
    };
  },
});

const FIELD_BEHAVIOR = 1052;

/** The numbers of the option, packed or not: Google's files are written both ways, and mean the same. */
function behaviours(options: Message | undefined): string {
  const numbers = (options?.$unknown ?? []).flatMap(({ no, wireType, data }) => {
    if (no !== FIELD_BEHAVIOR) return [];
    const reader = new BinaryReader(data);
    const end = wireType === WireType.LengthDelimited ? reader.uint32() + reader.pos : reader.len;
    const found: number[] = [];
    while (reader.pos < end) found.push(reader.uint32());
    return found;
  });
  return numbers.sort().join();
}
