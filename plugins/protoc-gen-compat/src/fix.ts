import type { Image } from "./baseline/image.js";
import type { Report } from "./report.js";

/** Statements to add at the end of a message or enum, given by the span of its declaration (SourceCodeInfo, from 0). */
export interface Reservation {
  readonly element: string;
  readonly span: readonly number[];
  readonly statements: readonly string[];
}

/** The reservations that a report suggests, by file. Only for findings without a waiver. */
export function reservationsOf(report: Report, next: Image): ReadonlyMap<string, readonly Reservation[]> {
  const files = new Map<string, Map<string, Reservation>>();
  for (const { finding } of report.entries) {
    const { suggestion, next: location, waiver } = finding;
    if (suggestion === undefined || location === undefined || waiver !== undefined) continue;
    const path = location.path.join();
    const span = next.locations(location.file).get(path)?.span;
    if (span === undefined) continue; // compiled without source info
    const inFile = files.get(location.file) ?? new Map<string, Reservation>();
    files.set(location.file, inFile);
    const element = finding.element.slice(0, finding.element.lastIndexOf("."));
    const before = inFile.get(path)?.statements ?? [];
    const statements = [...new Set([...before, ...suggestion.split(/(?<=;) /)])];
    inFile.set(path, { element, span, statements });
  }
  return new Map([...files].map(([file, reservations]) => [file, [...reservations.values()]]));
}

/** The text of a proto with the reservations added. Undefined if a declaration does not end where its span says. */
export function reserveIn(text: string, reservations: readonly Reservation[]): string | undefined {
  const edits: { at: number; insert: string }[] = [];
  for (const { span, statements } of reservations) {
    const brace = closingBrace(text, span);
    if (brace === undefined) return undefined;
    edits.push({ at: lineBefore(text, brace) ?? brace, insert: insertion(text, brace, merged(statements)) });
  }
  edits.sort((a, b) => b.at - a.at); // from the end, so that earlier places stay valid
  return edits.reduce((text, { at, insert }) => text.slice(0, at) + insert + text.slice(at), text);
}

/** The index of a declaration's closing brace. Columns count bytes, and tabs count as eight: then the brace must be alone on its line. */
function closingBrace(text: string, span: readonly number[]): number | undefined {
  const line = span.length === 4 ? span[2]! : span[0]!;
  const column = span.at(-1)!;
  let start = 0;
  for (let i = 0; i < line; i++) {
    start = text.indexOf("\n", start) + 1;
    if (start === 0) return undefined;
  }
  const end = text.indexOf("\n", start);
  const content = text.slice(start, end < 0 ? undefined : end);
  if (content[column - 1] === "}" && /^[ -~]*$/.test(content.slice(0, column))) return start + column - 1;
  const only = content.indexOf("}");
  return only >= 0 && only === content.lastIndexOf("}") ? start + only : undefined;
}

/** The start of the line of a brace that is alone on its line. */
function lineBefore(text: string, brace: number): number | undefined {
  const start = text.lastIndexOf("\n", brace - 1) + 1;
  return text.slice(start, brace).trim() === "" ? start : undefined;
}

function insertion(text: string, brace: number, statements: readonly string[]): string {
  const start = lineBefore(text, brace);
  if (start === undefined) return `${text[brace - 1] === " " ? "" : " "}${statements.join(" ")} `;
  const inner = text.slice(start, brace) + (/^\t/m.test(text) ? "\t" : "  ");
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  return statements.map((statement) => `${inner}${statement}${newline}`).join("");
}

/** `reserved 2; reserved 3; reserved "a";` as one statement of numbers and one of names. */
function merged(statements: readonly string[]): string[] {
  const parts = statements.map((statement) => statement.slice("reserved ".length, -1));
  const numbers = parts.filter((part) => /^-?\d+$/.test(part)).sort((a, b) => Number(a) - Number(b));
  const names = parts.filter((part) => !/^-?\d+$/.test(part)).sort();
  return [numbers, names].filter(({ length }) => length > 0).map((list) => `reserved ${list.join(", ")};`);
}
