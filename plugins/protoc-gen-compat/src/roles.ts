import type { DescMessage } from "@bufbuild/protobuf";
import type { Role } from "./finding.js";
import type { Schema } from "./schema.js";

/** Returns a function that finds where values of a message travel, in either version. Computed on first use. */
export function roleFinder(previous: Schema, next: Schema): (message: DescMessage | undefined) => readonly Role[] {
  let reached: { request: Set<string>; response: Set<string> } | undefined;
  return (message) => {
    if (message === undefined) return [];
    reached ??= {
      request: reachable([previous, next], "input"),
      response: reachable([previous, next], "output"),
    };
    const roles = (["request", "response"] as const).filter((role) => reached![role].has(message.typeName));
    return roles.length === 0 ? ["stored"] : roles;
  };
}

function reachable(schemas: readonly Schema[], part: "input" | "output"): Set<string> {
  const seen = new Set<string>();
  const visited = new Set<DescMessage>(); // the schemas share unchanged messages
  for (const { services } of schemas) {
    const rest = [...services.values()].flatMap(({ methods }) => methods.map((method) => method[part]));
    for (let message = rest.pop(); message !== undefined; message = rest.pop()) {
      if (visited.has(message)) continue;
      visited.add(message);
      seen.add(message.typeName);
      for (const { message: nested } of message.fields) if (nested !== undefined) rest.push(nested);
    }
  }
  return seen;
}
