/** What can break. Strict readers of JSON reject names that they do not know; `json` is a reader that ignores them. */
export type Surface = "binary" | "json" | "json-strict" | "text" | "rpc" | "typescript";

export const surfaces: readonly Surface[] = ["binary", "json", "json-strict", "text", "rpc", "typescript"];

/** backward: old data, new reader. forward: new data, old reader. proxy: written by one, through the other and back. */
export type Direction = "backward" | "forward" | "proxy";

/**
 * safe: no sample went wrong. extends: what is new is kept or ignored by those who do not know it. hazard: nothing breaks
 * now, but a number or name may be used again. conditional: some values go wrong. breaking: all values do.
 */
export type Verdict = "safe" | "extends" | "hazard" | "conditional" | "breaking";

/** From the least to the worst. */
export const verdicts: readonly Verdict[] = ["safe", "extends", "hazard", "conditional", "breaking"];

/** Where values of a type travel: in requests, in responses, or (reached by no RPC) in storage. */
export type Role = "request" | "response" | "stored";

export interface Location {
  readonly file: string;
  /** The path in SourceCodeInfo; line and column are looked up only where a finding is shown. */
  readonly path: readonly number[];
}

/** A value that one schema writes and the other does not read as it was written. */
export interface Witness {
  readonly surface: Surface;
  readonly direction: Direction;
  /** Which schema wrote it. For proxy: which one it came from and went back to. */
  readonly writer: "previous" | "next";
  /** The type that was written. */
  readonly message: string;
  /** Bytes in hexadecimal for binary; the text for JSON and text; source code for TypeScript. */
  readonly data: string;
  readonly written: string;
  readonly read: string;
}

/** What a change does to one surface in one direction. */
export interface Effect {
  readonly surface: Surface;
  readonly direction: Direction;
  readonly verdict: Verdict;
  readonly witness?: Witness;
}

/** Values tried without a difference. */
export interface Proof {
  readonly samples: number;
  readonly seed: number;
}

export interface Finding {
  readonly rule: string;
  readonly verdict: Verdict;
  /** The full name of the element. */
  readonly element: string;
  readonly text: string;
  readonly effects: readonly Effect[];
  readonly roles: readonly Role[];
  readonly previous: Location | undefined;
  readonly next: Location | undefined;
  /** What the rule says without any effect: at least a hazard, at least an extension, or nothing. */
  readonly floor: Verdict;
  /** The declarations, as one line each: `string author = 3`. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly package: string;
  /** Deprecated in the previous version. */
  readonly wasDeprecated: boolean;
  /** What the rule makes of it at most, where only the surfaces of `lightOn` break (any, when undefined). */
  readonly severity?: "error" | "warning" | "info" | "off";
  readonly lightOn?: readonly Surface[];
  /** The field or RPC of the next version in which two types with different names meet. */
  readonly through?: { readonly element: string; readonly location: Location };
  readonly proof?: Proof;
  /** Why it is reported below what its rule says, where no witness confirmed it. */
  readonly demoted?: string;
  /** A line to paste into the proto. */
  readonly suggestion?: string;
}

export function worst(list: Iterable<Verdict>): Verdict {
  let at = 0;
  for (const verdict of list) at = Math.max(at, verdicts.indexOf(verdict));
  return verdicts[at]!;
}
