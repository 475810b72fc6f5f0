import type { AnyDesc } from "@bufbuild/protobuf";
import type { Finding } from "../finding.js";
import { type Pair, pairSchemas } from "../pairs.js";
import { roleFinder } from "../roles.js";
import type { Schema } from "../schema.js";
import { claimsOf } from "./claims.js";
import type { CheckOptions, Context } from "./context.js";
import { checkEnum, enumCarriers } from "./enum.js";
import { foldTypeScript } from "./fold.js";
import { makeFinding } from "./make-finding.js";
import { checkMessage } from "./message.js";
import { byPlace } from "./order.js";

/** Finds the changes from one schema to the next, with witnesses. Pure: the same schemas and seed give the same findings. */
export function check(previous: Schema, next: Schema, options: CheckOptions = { seed: 1 }): Finding[] {
  const pairs = pairSchemas(previous, next);
  const context: Context = { options, carriers: enumCarriers(pairs), rolesOf: roleFinder(previous, next) };
  const findings = [
    ...pairs.files.flatMap(checkByRules),
    ...pairs.messages.flatMap((pair, i) => {
      options.onProgress?.(i, pairs.messages.length);
      return checkMessage(pair, context);
    }),
    ...pairs.enums.flatMap((pair) => checkEnum(pair, context)),
    ...pairs.services.flatMap(checkByRules),
    ...pairs.methods.flatMap(checkByRules),
  ];
  return findings.sort(byPlace);
}

/** Files, services and methods contain no data, so there is nothing to measure. */
function checkByRules(pair: Extract<Pair, { kind: "file" | "service" | "method" }>): Finding[] {
  const { previous, next }: { previous: AnyDesc | undefined; next: AnyDesc | undefined } = pair;
  const subject = { element: (next ?? previous)!, previous, next };
  return foldTypeScript(claimsOf(pair).map((said) => makeFinding(said, subject, [], [])));
}
