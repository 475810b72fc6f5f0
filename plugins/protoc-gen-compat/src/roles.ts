import type { DescMessage } from "@bufbuild/protobuf";
import type { Role } from "./finding.js";
import { type MessagePair, pairedMethods, sidesOf, typesOfFields } from "./pairs.js";
import type { Schema } from "./schema.js";

/**
 * Returns a function that finds where values of a pair of messages travel: what old requests hold and new servers read, or
 * new responses and old clients. A type that another stands for in a request is not read as its own response. Computed on
 * first use.
 */
export function roleFinder(
  previous: Schema,
  next: Schema,
): (pair: Pick<MessagePair, "previous" | "next">) => readonly Role[] {
  let reached: { request: Set<string>; response: Set<string> } | undefined;
  return (pair) => {
    reached ??= {
      request: reachable(previous, next, "input"),
      response: reachable(previous, next, "output"),
    };
    const roles = (["request", "response"] as const).filter((role) => reached![role].has(keyOf(pair)));
    return roles.length === 0 ? ["stored"] : roles;
  };
}

type Types = { readonly previous: DescMessage | undefined; readonly next: DescMessage | undefined };

function reachable(previous: Schema, next: Schema, part: "input" | "output"): Set<string> {
  const seen = new Set<string>();
  const rest: Types[] = pairedMethods(previous, next).map((pair) => ({
    previous: pair.previous?.[part],
    next: pair.next?.[part],
  }));
  for (let types = rest.pop(); types !== undefined; types = rest.pop()) {
    const key = keyOf(types);
    if (seen.has(key)) continue;
    seen.add(key);
    const [a, b] = [types.previous, types.next];
    if (a !== undefined && b !== undefined) rest.push(...typesOfFields(sidesOf(a, previous), sidesOf(b, next)));
  }
  return seen;
}

function keyOf({ previous, next }: Types): string {
  return `${previous?.typeName} ${next?.typeName}`;
}
