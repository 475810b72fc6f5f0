/** The verdict of our rules on each case. */
import { readFileSync } from "node:fs";
import { changedSchemas, check, parseImage } from "@protoloom/protoc-gen-compat";
import { caseOf, note } from "./score.mjs";

/** Our findings by case, surface and direction, as { rule, witness }; and the witnesses that show no difference. */
export function ourFindings(cases, images) {
  const [previous, next] = [images.before, images.after].map((file) => parseImage(readFileSync(file), file));
  const schemas = changedSchemas(previous, next);
  const ids = new Set(cases.map(({ id }) => id));
  const found = {};
  const idle = [];
  for (const { rule, text, effects, roles, ...places } of check(schemas.previous, schemas.next)) {
    const { file } = places.through?.location ?? places.next ?? places.previous;
    const id = caseOf(file);
    // upb routes no HTTP and validates nothing: http-rule.test.ts and validation.test.ts judge those
    if (!ids.has(id) || ["rpc-http", "field-validation", "message-validation"].includes(rule)) continue;
    for (const { surface, direction, verdict, witness } of effects) {
      // A strict reader rejects a new name: that it extends is our advice, not what happens to the data.
      if (verdict !== "breaking" && verdict !== "conditional" && !(verdict === "extends" && surface === "json-strict"))
        continue;
      note(found, id, surface, direction, { rule, witness, ...replaced(text) });
      if (witness !== undefined && witness.written === witness.read) idle.push({ id, rule, witness });
      const inCall = roles.includes("request") ? "backward" : undefined;
      const inAnswer = roles.includes("response") ? "forward" : undefined;
      if (surface === "binary" && (direction === inCall || direction === inAnswer))
        note(found, id, "rpc", "backward", { rule });
    }
  }
  return { found, idle };
}

/** The types of both versions, where one replaces the other. */
function replaced(text) {
  const [, previous, next] = /^message (\S+) was replaced by (\S+) in /.exec(text) ?? [];
  return previous === undefined ? {} : { types: { previous, next } };
}
