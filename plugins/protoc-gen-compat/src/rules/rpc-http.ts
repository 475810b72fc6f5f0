import { sameOption } from "../option.js";
import { type Rule, rule } from "../rule.js";

export const rpcHttp: Rule = rule({
  id: "rpc-http",
  on: "method",
  surfaces: ["rpc"],
  purpose: "google.api.http of an RPC changed.",
  why: "Clients that use HTTP call the path of before.",
  fix: "Add the new path as additional_bindings.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    if (sameOption(previous.proto.options, next.proto.options, 72295728)) return undefined;
    return { text: `rpc ${next.parent.typeName}.${next.name} changed google.api.http`, expects: "hazard" };
  },
});
