import type {
  Place,
  Source,
  SourceEnum,
  SourceField,
  SourceFile,
  SourceMessage,
  SourceMethod,
  SourceService,
} from "./source.js";

/** A finding of buf. It has no file if its subject was removed entirely. */
export interface Annotation {
  readonly rule: string;
  readonly message: string;
  readonly file: SourceFile | undefined;
  /** The place in source info. Without one, the start of the file. */
  readonly place: Place | undefined;
  readonly against: SourceFile | undefined;
}

export type Report = (
  message: string,
  place: Place | SourceFile | undefined,
  against: Place | SourceFile | undefined,
) => void;

/** A rule of buf, by the kind of element that it is called for. */
export type BufRule = { readonly id: string } & (
  | { readonly on: "source"; check(report: Report, next: Source, previous: Source): void }
  | { readonly on: "file"; check(report: Report, next: SourceFile, previous: SourceFile): void }
  | { readonly on: "message"; check(report: Report, next: SourceMessage, previous: SourceMessage): void }
  | { readonly on: "enum"; check(report: Report, next: SourceEnum, previous: SourceEnum): void }
  | { readonly on: "service"; check(report: Report, next: SourceService, previous: SourceService): void }
  | { readonly on: "method"; check(report: Report, next: SourceMethod, previous: SourceMethod): void }
  | {
      readonly on: "field";
      check(
        report: Report,
        next: SourceField,
        previous: SourceField,
        sources: { next: Source; previous: Source },
      ): void;
    }
);

/** Go's %q, for the characters that names and options can contain. */
export function quote(text: string): string {
  return goQuote(text);
}

function goQuote(text: string): string {
  let out = '"';
  for (const char of text) {
    const code = char.codePointAt(0)!;
    const short: Record<string, string> = {
      '"': '\\"',
      "\\": "\\\\",
      "\n": "\\n",
      "\r": "\\r",
      "\t": "\\t",
      "\x07": "\\a",
      "\b": "\\b",
      "\f": "\\f",
      "\v": "\\v",
    };
    if (short[char] !== undefined) out += short[char];
    else if (code < 32 || code === 127) out += `\\x${code.toString(16).padStart(2, "0")}`;
    else out += char;
  }
  return `${out}"`;
}
