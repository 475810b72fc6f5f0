import { Code, isStatusError } from "@protoloom/rpc";
import { text } from "./router.js";

/** The HTTP status of each gRPC code (google/rpc/code.proto, "HTTP Mapping"). */
const statuses: Readonly<Partial<Record<Code, number>>> = {
  [Code.InvalidArgument]: 400,
  [Code.Unauthenticated]: 401,
  [Code.PermissionDenied]: 403,
  [Code.NotFound]: 404,
  [Code.ResourceExhausted]: 429,
  [Code.Unimplemented]: 501,
  [Code.Unavailable]: 503,
};

/** The response for a StatusError. Rethrows any other error. */
export function errorPage(error: unknown): Response {
  if (!isStatusError(error)) throw error;
  return text(`${error.text}\n`, statuses[error.code] ?? 500);
}
