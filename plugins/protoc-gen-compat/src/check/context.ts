import type { DescEnum } from "@bufbuild/protobuf";
import type { LanguageSurface, Role } from "../finding.js";
import type { FieldPair, MessagePair } from "../pairs.js";
import type { Rule } from "../rule.js";
import type { ClaimsOf } from "./claims.js";

/** Options of `check`. */
export interface CheckOptions {
  /** Seeds the samples of changed messages. */
  readonly seed: number;
  /** Languages beside TypeScript whose source code counts. Their rules are skipped if there are none. */
  readonly languages?: readonly LanguageSurface[];
  /** Rules beside those of the table. */
  readonly rules?: readonly Rule[];
  /** Called after each pair of messages. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** The pairs of two schemas, and the information that the check of one pair needs about the others. */
export interface Context {
  readonly options: CheckOptions;
  readonly claimsOf: ClaimsOf;
  /** Pairs of fields whose type is a changed enum. */
  readonly carriers: ReadonlyMap<DescEnum, readonly FieldPair[]>;
  readonly rolesOf: (pair: Pick<MessagePair, "previous" | "next">) => readonly Role[];
}
