import { unroutable } from "../call.js";
import { accepts, HTTP_OPTION, httpBindings, showBinding } from "../http-rule.js";
import { sameOption } from "../option.js";
import { type Rule, rule } from "../rule.js";

export const rpcHttp: Rule = rule({
  id: "rpc-http",
  on: "method",
  surfaces: ["rpc"],
  purpose: "The requests that google.api.http of an RPC accepts changed.",
  why: "Clients that use HTTP call the old path, with the old verb and body.",
  fix: "Keep the old binding, and add the new one to additional_bindings.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined;
    if (sameOption(previous.proto.options, next.proto.options, HTTP_OPTION)) return undefined;
    const [before, after] = [httpBindings(previous.proto.options), httpBindings(next.proto.options)];
    const name = `rpc ${next.parent.typeName}.${next.name}`;
    const lost = before.filter((binding) => !after.some((other) => accepts(other, binding)));
    const show = (bindings: typeof before): string => bindings.map(showBinding).join(", ") || "no binding";
    if (lost.length > 0) {
      const text = `${name} no longer accepts ${show(lost)}; it accepts ${show(after)}`;
      return { text, expects: "breaking", effects: [unroutable(lost[0]!, show(after))] };
    }
    const gained = after.filter((binding) => !before.some((other) => accepts(other, binding)));
    return gained.length > 0
      ? { text: `${name} accepts ${show(gained)} too`, expects: "extends" }
      : { text: `${name} changed google.api.http, and accepts the same`, expects: "safe" };
  },
});
