import type { AnyDesc } from "@bufbuild/protobuf";
import type { Finding } from "../finding.js";
import { type Pair, pairSchemas } from "../pairs.js";
import { roleFinder } from "../roles.js";
import type { Schema } from "../schema.js";
import { type ClaimsOf, claimsWith } from "./claims.js";
import type { CheckOptions, Context } from "./context.js";
import { checkEnum, enumCarriers } from "./enum.js";
import { foldSource } from "./fold.js";
import { makeFinding } from "./make-finding.js";
import { checkMessage } from "./message.js";
import { byPlace } from "./order.js";

/**
 * Finds the changes from one schema to the next, with witnesses. Pure: the same schemas and seed give the same findings.
 *
 * @example
 * const findings = check(schemaOf(parseImage(before, "v1.binpb")), schemaOf(parseImage(after, "v2.binpb")));
 * for (const { verdict, text } of findings) console.log(`${verdict}: ${text}`);
 */
export function check(previous: Schema, next: Schema, options: CheckOptions = { seed: 1 }): Finding[] {
  const pairs = pairSchemas(previous, next);
  const claimsOf = claimsWith(options);
  const context: Context = { options, claimsOf, carriers: enumCarriers(pairs), rolesOf: roleFinder(previous, next) };
  const byRules = (pair: Bare): Finding[] => checkByRules(pair, claimsOf);
  const findings = [
    ...pairs.files.flatMap(byRules),
    ...pairs.messages.flatMap((pair, i) => {
      options.onProgress?.(i, pairs.messages.length);
      return checkMessage(pair, context);
    }),
    ...pairs.enums.flatMap((pair) => checkEnum(pair, context)),
    ...pairs.services.flatMap(byRules),
    ...pairs.methods.flatMap(byRules),
  ];
  return findings.sort(byPlace);
}

/** Files, services and methods contain no data, so there is nothing to measure. */
type Bare = Extract<Pair, { kind: "file" | "service" | "method" }>;

function checkByRules(pair: Bare, claimsOf: ClaimsOf): Finding[] {
  const { previous, next }: { previous: AnyDesc | undefined; next: AnyDesc | undefined } = pair;
  const subject = { element: (next ?? previous)!, previous, next };
  return foldSource(claimsOf(pair).map((said) => makeFinding(said, subject, [], [])));
}
