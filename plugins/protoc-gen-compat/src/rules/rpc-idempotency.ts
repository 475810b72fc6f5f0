import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { type Rule, rule } from "../rule.js";

export const rpcIdempotency: Rule = rule({
  id: "rpc-idempotency",
  on: "method",
  surfaces: ["rpc"],
  purpose: "The idempotency level of an RPC changed.",
  why: "Clients and proxies retry idempotent calls, and use GET for calls without side effects.",
  fix: "Keep the level, or only raise it.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || previous.idempotency === next.idempotency) return undefined;
    const [before, after] = [previous, next].map(({ idempotency }) => MethodOptions_IdempotencyLevel[idempotency]);
    return {
      text: `rpc ${next.parent.typeName}.${next.name} changed its idempotency level from ${before} to ${after}`,
      expects: "hazard",
    };
  },
});
