/** The surfaces that can break. A strict JSON reader rejects unknown names; `json` means a reader that ignores them. */
export type Surface = "binary" | "json" | "json-strict" | "text" | "rpc" | "typescript";

export const surfaces: readonly Surface[] = ["binary", "json", "json-strict", "text", "rpc", "typescript"];

/** backward: old data, new reader. forward: new data, old reader. proxy: written by one, through the other and back. */
export type Direction = "backward" | "forward" | "proxy";

export const directions: readonly Direction[] = ["backward", "forward", "proxy"];

/**
 * safe: no sample failed. extends: old readers keep or ignore the new parts. hazard: nothing breaks now, but a number or name
 * may be reused. conditional: some values fail. breaking: all values fail.
 */
export type Verdict = "safe" | "extends" | "hazard" | "conditional" | "breaking";

/** From the mildest to the worst. */
export const verdicts: readonly Verdict[] = ["safe", "extends", "hazard", "conditional", "breaking"];

/** Where values of a type travel: in requests, in responses, or in storage if no RPC reaches the type. */
export type Role = "request" | "response" | "stored";

export interface Location {
  readonly file: string;
  /** The path in SourceCodeInfo. Line and column are looked up only to show a finding. */
  readonly path: readonly number[];
}

/** A value that one schema writes and the other reads differently. */
export interface Witness {
  readonly surface: Surface;
  readonly direction: Direction;
  /** The schema that wrote it. For proxy: the schema at both ends. */
  readonly writer: "previous" | "next";
  /** The written type. */
  readonly message: string;
  /** Hexadecimal bytes for binary, the text for JSON and text format, source code for TypeScript. */
  readonly data: string;
  readonly written: string;
  readonly read: string;
}

/** The effect of a change on one surface in one direction. */
export interface Effect {
  readonly surface: Surface;
  readonly direction: Direction;
  readonly verdict: Verdict;
  readonly witness?: Witness;
}

/** Values that were tried without a difference. */
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
  /** The lowest verdict of the rule, whatever the effects. */
  readonly floor: Verdict;
  /** The old and the new declaration, each on one line: `string author = 3`. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly package: string;
  /** Whether it was deprecated in the previous version. */
  readonly wasDeprecated: boolean;
  /** The rule's highest severity if only the surfaces of `lightOn` break (any surface if undefined). */
  readonly severity?: "error" | "warning" | "info" | "off";
  readonly lightOn?: readonly Surface[];
  /** The field or RPC of the next version in which two types with different names meet. */
  readonly through?: { readonly element: string; readonly location: Location };
  readonly proof?: Proof;
  /** Why it is reported below its rule's verdict, if no witness confirmed it. */
  readonly demoted?: string;
  /** A line to paste into the proto. */
  readonly suggestion?: string;
}

export function worst(list: Iterable<Verdict>): Verdict {
  let at = 0;
  for (const verdict of list) at = Math.max(at, verdicts.indexOf(verdict));
  return verdicts[at]!;
}
