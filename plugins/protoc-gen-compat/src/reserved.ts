/** Numbers from `start` to `end`, both included. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

interface Reserving {
  readonly reservedRange: readonly Range[];
  readonly reservedName: readonly string[];
}

/** What is no longer reserved. `open` is 1 where ranges end before `end` (messages), 0 where they include it (enums). */
export function freedReservations(previous: Reserving, next: Reserving, open: 0 | 1): (Range | string)[] {
  const names = new Set(next.reservedName);
  return [
    ...missingRanges(previous.reservedRange, next.reservedRange, open),
    ...previous.reservedName.filter((name) => !names.has(name)),
  ];
}

/** The parts of the ranges that no other range covers. */
export function missingRanges(previous: readonly Range[], next: readonly Range[], open: 0 | 1): Range[] {
  const covering = next.map(({ start, end }) => ({ start, end: end - open })).sort((a, b) => a.start - b.start);
  return previous.flatMap((range) => subtract({ start: range.start, end: range.end - open }, covering));
}

function subtract(range: Range, covering: readonly Range[]): Range[] {
  const missing: Range[] = [];
  let at = range.start;
  for (const { start, end } of covering) {
    if (end < at || start > range.end) continue;
    if (start > at) missing.push({ start: at, end: start - 1 });
    at = end + 1;
  }
  return at <= range.end ? [...missing, { start: at, end: range.end }] : missing;
}

export function overlaps({ start, end }: Range, numbers: Iterable<number>): boolean {
  for (const number of numbers) if (number >= start && number <= end) return true;
  return false;
}

export function showReserved(reserved: Range | string): string {
  if (typeof reserved === "string") return JSON.stringify(reserved);
  return reserved.start === reserved.end ? String(reserved.start) : `${reserved.start} to ${reserved.end}`;
}
