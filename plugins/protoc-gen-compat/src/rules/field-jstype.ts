import { FieldOptions_JSType } from "@bufbuild/protobuf/wkt";
import { fullName, type Rule, rule } from "../rule.js";

export const fieldJstype: Rule = rule({
  id: "field-jstype",
  on: "field",
  surfaces: ["typescript"],
  purpose: "A 64-bit field is represented differently in JavaScript.",
  why: "Source code that uses the field no longer compiles.",
  fix: "Keep jstype.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    const [before, after] = [previous.desc.proto.options?.jstype ?? 0, next.desc.proto.options?.jstype ?? 0];
    if (before === after) return undefined;
    return {
      text: `field ${fullName(next.desc)} changed jstype from ${FieldOptions_JSType[before]} to ${FieldOptions_JSType[after]}`,
      expects: "safe",
    };
  },
});
