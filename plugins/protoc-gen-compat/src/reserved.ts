import type { DescEnum, DescEnumValue, DescField, DescFile, DescMessage } from "@bufbuild/protobuf";
import { Edition } from "@bufbuild/protobuf/wkt";

/** Numbers from `start` to `end`, both included. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

interface Reserving {
  readonly reservedRange: readonly Range[];
  readonly reservedName: readonly string[];
}

/** The numbers and names no longer reserved. `open` is 1 if ranges exclude `end` (messages), 0 if they include it (enums). */
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

/** The reservations that keep the number and name of a deleted field from being reused. */
export interface Reservations {
  readonly isNumberReserved: boolean;
  /** Statements to paste. None for a number or name that is already reused, which is a separate finding. */
  readonly missing: readonly string[];
}

export function fieldReservations({ number, name }: DescField, { proto, fields, file }: DescMessage): Reservations {
  const within = ({ start, end }: Range): boolean => number >= start && number < end;
  const isNumberReserved = proto.reservedRange.some(within);
  const isNumberUsed = proto.extensionRange.some(within) || fields.some((field) => field.number === number);
  const isNameReserved = proto.reservedName.includes(name);
  return {
    isNumberReserved,
    missing: statements(isNumberReserved || isNumberUsed ? undefined : number, isNameReserved ? undefined : name, file),
  };
}

export function valueReservations({ number, name }: DescEnumValue, { proto, file }: DescEnum): Reservations {
  const isNumberReserved = proto.reservedRange.some(({ start, end }) => number >= start && number <= end);
  const isNameReserved = proto.reservedName.includes(name);
  return {
    isNumberReserved,
    missing: statements(isNumberReserved ? undefined : number, isNameReserved ? undefined : name, file),
  };
}

/** Editions reserve names as identifiers; proto2 and proto3 reserve them as strings. */
function statements(number: number | undefined, name: string | undefined, { edition }: DescFile): string[] {
  const quoted = edition < Edition.EDITION_2023 ? JSON.stringify(name) : name;
  return [
    ...(number === undefined ? [] : [`reserved ${number};`]),
    ...(name === undefined ? [] : [`reserved ${quoted};`]),
  ];
}
