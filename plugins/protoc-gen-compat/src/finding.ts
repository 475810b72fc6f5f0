/** The surfaces that can break. A strict JSON reader rejects unknown names; `json` means a reader that ignores them. */
export type Surface = "binary" | "json" | "json-strict" | "text" | "rpc" | "typescript" | LanguageSurface;

/** Source code in other languages, which counts only where a configuration names it. */
export type LanguageSurface = "go" | "java" | "python" | "cpp";

/** The surfaces that count without a configuration. */
export const surfaces: readonly Surface[] = ["binary", "json", "json-strict", "text", "rpc", "typescript"];

export const languageSurfaces: readonly LanguageSurface[] = ["go", "java", "python", "cpp"];

/** Whether it is about source code, so that its witnesses are programs and no data. */
export function isSource(surface: Surface): boolean {
  return surface === "typescript" || isLanguage(surface);
}

export function isLanguage(surface: Surface): boolean {
  return (languageSurfaces as readonly Surface[]).includes(surface);
}

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

/** A place in a proto file. */
export interface Location {
  /** The proto path, as in imports. */
  readonly file: string;
  /** The path in SourceCodeInfo. Line and column are looked up only to show a finding. */
  readonly path: readonly number[];
}

/** A value that one schema writes and the other reads differently. */
export interface Witness {
  /** The format of `data`. */
  readonly surface: Surface;
  /** Who wrote and who read it. */
  readonly direction: Direction;
  /** The schema that wrote it. For proxy: the schema at both ends. */
  readonly writer: "previous" | "next";
  /** The written type. */
  readonly message: string;
  /** Hexadecimal bytes for binary, the text for JSON and text format, source code for TypeScript. */
  readonly data: string;
  /** The written value, in the text format. */
  readonly written: string;
  /** The value that was read instead, or the reader's error. */
  readonly read: string;
}

/** The effect of a change on one surface in one direction. */
export interface Effect {
  /** Where it shows: in binary, JSON, text format, RPC or TypeScript. */
  readonly surface: Surface;
  /** Who wrote and who reads. */
  readonly direction: Direction;
  /** How bad it is there. */
  readonly verdict: Verdict;
  /** A value that goes wrong. Absent where nothing did, or where no sample is needed. */
  readonly witness?: Witness;
}

/** Values that were tried without a difference. */
export interface Proof {
  readonly samples: number;
  readonly seed: number;
}

/** One change, with all its effects. */
export interface Finding {
  /** The id of the rule that found it. */
  readonly rule: string;
  /** The worst verdict of its effects, and at least `floor`. */
  readonly verdict: Verdict;
  /** The full name of the element. */
  readonly element: string;
  /** The change, as a sentence without a full stop. */
  readonly text: string;
  /** The effects, one for each surface and direction that was tried. */
  readonly effects: readonly Effect[];
  /** Where values of the type travel. They decide whether a direction matters. */
  readonly roles: readonly Role[];
  /** The place in the old version. Undefined for an addition. */
  readonly previous: Location | undefined;
  /** The place in the new version. Undefined for a removal. */
  readonly next: Location | undefined;
  /** The lowest verdict of the rule, whatever the effects. */
  readonly floor: Verdict;
  /** The old and the new declaration, each on one line: `string author = 3`. */
  readonly before: string | undefined;
  /** The new declaration on one line. Undefined for a removal. */
  readonly after: string | undefined;
  /** The proto package of the element. Policies can differ by package. */
  readonly package: string;
  /** Whether it was deprecated in the previous version. */
  readonly wasDeprecated: boolean;
  /** The rule's highest severity if only the surfaces of `lightOn` break (any surface if undefined). */
  readonly severity?: "error" | "warning" | "info" | "off";
  /** The surfaces on which `severity` applies. All if undefined. */
  readonly lightOn?: readonly Surface[];
  /** The field or RPC of the next version in which two types with different names meet. */
  readonly through?: { readonly element: string; readonly location: Location };
  /** The samples that found nothing, for a finding without a witness. */
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
