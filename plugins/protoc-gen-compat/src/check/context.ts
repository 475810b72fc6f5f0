import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import type { Role } from "../finding.js";
import type { FieldPair } from "../pairs.js";

export interface CheckOptions {
  /** Seeds the samples of changed messages. */
  readonly seed: number;
  /** Called for each pair of messages that is done. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** The pairs of two schemas, and what is known of all of them when one is checked. */
export interface Context {
  readonly options: CheckOptions;
  /** Pairs of fields that have a changed enum as type. */
  readonly carriers: ReadonlyMap<DescEnum, readonly FieldPair[]>;
  readonly rolesOf: (message: DescMessage | undefined) => readonly Role[];
}
