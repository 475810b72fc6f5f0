import type { Response } from "./response.js";

/** Who is told when something on a list has changed. */
export interface Subscriber {
  /** Whether it has not yet accepted all that was changed for it. */
  readonly isBehind: boolean;
  wake(): void;
}

/**
 * Names that clients have asked for, one object for all that ask for the same: five thousand streams with a thousand names
 * each would be five million entries otherwise. It also keeps the latest responses, which these streams share.
 */
export class NameList {
  readonly key: string;
  readonly names: ReadonlySet<string>;
  /** Whether all resources are asked for, beside those that are named. */
  readonly isWildcard: boolean;
  readonly subscribers: Set<Subscriber> = new Set();
  /** Responses of the current state, by what they begin from. */
  readonly responses: Map<string, Response> = new Map();
  /** The state that `responses` are of. */
  responsesAt = 0;

  constructor(key: string, names: ReadonlySet<string>, isWildcard: boolean) {
    this.key = key;
    this.names = names;
    this.isWildcard = isWildcard;
  }

  has(name: string): boolean {
    return this.isWildcard || this.names.has(name);
  }
}

/** The same for the same names in any order. */
export function keyOf(names: ReadonlySet<string>, isWildcard: boolean): string {
  return `${isWildcard ? "*" : ""}${names.size}\0${[...names].sort().join("\0")}`;
}
