import { type Rule, rule } from "../rule.js";

export const rpcResponseType: Rule = rule({
  id: "rpc-response-type",
  on: "method",
  surfaces: ["rpc", "typescript"],
  purpose: "An RPC got another response type.",
  why: "The two types may differ. They are compared field by field, on their own.",
  fix: "Keep the type, or make the new one equal in structure.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || previous.output.typeName === next.output.typeName)
      return undefined;
    return {
      text: `rpc ${next.parent.typeName}.${next.name} changed its response from ${previous.output.typeName} to ${next.output.typeName}`,
      expects: "safe",
    };
  },
});
