import type { StatusError } from "../call/status-error.js";

/** What a server says of the next attempt: milliseconds, or that there is to be none (gRPC proposal A6, "Pushback"). */
export function pushbackOf({ trailers }: StatusError): number | "never" | undefined {
  const text = trailers.get("grpc-retry-pushback-ms");
  if (text === undefined) return undefined;
  return /^\d{1,9}$/.test(text) ? Number(text) : "never";
}
