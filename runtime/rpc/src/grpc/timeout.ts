const MILLISECONDS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** Parses `grpc-timeout` to milliseconds (gRPC over HTTP/2, "Timeout"). Returns NaN if it is malformed. */
export function parseTimeout(text: string): number {
  const last = text.length - 1;
  if (last < 1 || last > 8) return Number.NaN;
  let value = 0;
  for (let i = 0; i < last; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  const unit = text[last]!;
  return Object.hasOwn(MILLISECONDS, unit) ? value * MILLISECONDS[unit]! : Number.NaN;
}

/** Formats milliseconds as `grpc-timeout`, rounded up, with at most eight digits. */
export function formatTimeout(ms: number): string {
  if (ms <= 0) return "1n";
  if (ms < 100) return `${Math.ceil(ms * 1000)}u`;
  if (ms < 99_999_999) return `${Math.ceil(ms)}m`;
  return `${Math.min(99_999_999, Math.ceil(ms / 1000))}S`;
}
