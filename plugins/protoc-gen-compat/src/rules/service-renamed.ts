import { pathOf, unimplemented } from "../call.js";
import { type Rule, rule } from "../rule.js";

export const serviceRenamed: Rule = rule({
  id: "service-renamed",
  on: "service",
  surfaces: ["rpc"],
  purpose: "A service was renamed.",
  why: "The full name is part of the path of each of its RPCs.",
  fix: "Keep the name, or serve both for a while.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined || previous.typeName === next.typeName) return undefined;
    const effects = previous.methods.slice(0, 1).map((method) => unimplemented(pathOf(method)));
    return { text: `service ${previous.typeName} is now ${next.typeName}`, expects: "breaking", effects };
  },
});
