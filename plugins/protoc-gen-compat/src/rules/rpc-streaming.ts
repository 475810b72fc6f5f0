import { kindName, mismatchedStreams, pathOf } from "../call.js";
import { type Rule, rule } from "../rule.js";

export const rpcStreaming: Rule = rule({
  id: "rpc-streaming",
  on: "method",
  surfaces: ["rpc", "typescript"],
  purpose: "The streaming of an RPC changed.",
  why: "The two sides expect different numbers of messages.",
  fix: "Add an RPC.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || previous.methodKind === next.methodKind) return undefined;
    return {
      text: `rpc ${next.parent.typeName}.${next.name} changed from ${kindName(previous)} to ${kindName(next)}`,
      expects: "breaking",
      effects: [mismatchedStreams(pathOf(previous), kindName(previous), kindName(next))],
    };
  },
});
