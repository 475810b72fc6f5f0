import { quote } from "./annotation.js";

/** Numbers from start to end, both included. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** Reports the numbers of each range that are no longer covered. */
export function checkRanges(
  rangeKind: string,
  elementKind: string,
  max: number,
  previous: readonly Range[],
  next: readonly Range[],
  element: { readonly proto: { readonly name: string } },
  report: (text: string) => void,
): void {
  const covering = [...next].sort((a, b) => a.start - b.start || a.end - b.end);
  for (const range of previous) {
    const missing = missingOf(range, covering);
    if (missing.length === 0) continue;
    const removed = missing.map((each) => show(each, max)).join(", ");
    report(
      `Previously present ${rangeKind} range ${quote(show(range, max))} on ${elementKind} ${quote(element.proto.name)} ` +
        `is missing values: ${removed} were removed.`,
    );
  }
}

function missingOf(range: Range, covering: readonly Range[]): Range[] {
  const missing: Range[] = [];
  let at = range.start;
  for (const { start, end } of covering) {
    if (end < at) continue;
    if (start > range.end) break;
    if (start > at) missing.push({ start: at, end: start - 1 });
    at = end + 1;
  }
  return at <= range.end ? [...missing, { start: at, end: range.end }] : missing;
}

function show({ start, end }: Range, max: number): string {
  if (start === end) return `[${start}]`;
  return end === max ? `[${start},max]` : `[${start},${end}]`;
}
