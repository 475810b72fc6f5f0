import type { StatusError } from "../call/status-error.js";

/** The server's delay for the next attempt in milliseconds, or its wish that there is none (gRPC proposal A6, "Pushback"). */
export function pushbackOf({ trailers }: StatusError): number | "never" | undefined {
  const text = trailers.get("grpc-retry-pushback-ms");
  if (text === undefined) return undefined;
  return /^\d{1,9}$/.test(text) ? Number(text) : "never";
}
