/** Nanoseconds from 0 to 999,999,999 as a fraction with 3, 6 or 9 digits, or "" for zero. */
export function formatNanos(nanos: number): string {
  if (nanos === 0) return "";
  const digits = String(nanos).padStart(9, "0");
  if (nanos % 1_000_000 === 0) return `.${digits.slice(0, 3)}`;
  if (nanos % 1_000 === 0) return `.${digits.slice(0, 6)}`;
  return `.${digits}`;
}

/** Nanoseconds from the 1 to 9 digits after the point. */
export function parseNanos(digits: string): number {
  return Number(digits.padEnd(9, "0"));
}
