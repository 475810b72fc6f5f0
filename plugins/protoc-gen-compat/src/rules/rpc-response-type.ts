import { type Rule, rule } from "../rule.js";

export const rpcResponseType: Rule = rule({
  id: "rpc-response-type",
  on: "method",
  surfaces: ["rpc", "typescript"],
  purpose: "The response type of an RPC changed.",
  why: "The types may differ. They are compared separately, field by field.",
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
