import type { Response } from "./response.js";

/** Notified when something on a list changes. */
export interface Subscriber {
  /** Whether it has changes left to accept. */
  readonly isBehind: boolean;
  wake(): void;
}

/**
 * The names that clients subscribed to. Clients with the same names share one list: five thousand streams with a thousand
 * names each would otherwise be five million entries. It also keeps the latest responses, which these streams share.
 */
export class NameList {
  readonly key: string;
  readonly names: ReadonlySet<string>;
  /** Whether it covers all resources, not only those that are named. */
  readonly isWildcard: boolean;
  readonly subscribers: Set<Subscriber> = new Set();
  /** Responses that lead to the current state, by the state that they start from. */
  readonly responses: Map<string, Response> = new Map();
  /** The state that `responses` lead to. */
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

/** A key of the names, whatever their order. */
export function keyOf(names: ReadonlySet<string>, isWildcard: boolean): string {
  return `${isWildcard ? "*" : ""}${sortedOf(names)}`;
}

/** Clients that send the same names share the set of them, so that it is sorted once. */
function sortedOf(names: ReadonlySet<string>): string {
  let sorted = sortedSets.get(names);
  if (sorted === undefined) {
    sorted = `${names.size}\0${[...names].sort().join("\0")}`;
    sortedSets.set(names, sorted);
  }
  return sorted;
}

const sortedSets = new WeakMap<ReadonlySet<string>, string>();
