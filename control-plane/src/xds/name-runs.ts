import { readNames, sameBytes } from "./wire-request.js";

const WILDCARD = "*";
/** As many lists are remembered, of at most so many bytes each. */
const MOST = 8;
const LARGEST = 256 * 1024;

/** The names of a request. */
export interface NameRun {
  /** As they were sent. */
  readonly encoded: Uint8Array;
  /** All but the wildcard. */
  readonly names: ReadonlySet<string>;
  readonly hasWildcard: boolean;
}

/**
 * Decodes the names of requests. Clients that send the same bytes share the result: when thousands connect at once, each
 * with the same thousand names, they are decoded and kept once.
 */
export class NameRuns {
  private readonly latest: NameRun[] = [];

  read(encoded: Uint8Array): NameRun {
    const index = this.latest.findIndex((each) => sameBytes(each.encoded, encoded));
    const run = index < 0 ? decode(encoded) : this.latest.splice(index, 1)[0]!;
    if (encoded.length <= LARGEST) this.latest.unshift(run);
    if (this.latest.length > MOST) this.latest.pop();
    return run;
  }
}

function decode(encoded: Uint8Array): NameRun {
  const names = readNames(encoded);
  const hasWildcard = names.delete(WILDCARD);
  return { encoded: new Uint8Array(encoded), names, hasWildcard }; // a copy, as the memory may be the socket's whole chunk
}
