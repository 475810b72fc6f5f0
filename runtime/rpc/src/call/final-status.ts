import type { Code } from "./code.js";
import type { ErrorDetail } from "./error-detail.js";
import type { Metadata } from "./metadata.js";

/** The status that a call ends with. */
export interface FinalStatus {
  /** The gRPC status code. */
  readonly code: Code;
  /** The status message for people. It is percent-encoded on the wire. */
  readonly text: string;
  /** Typed details of an error. The transport decides how to send them. */
  readonly details: readonly ErrorDetail[];
  /** The metadata after the last message, without the status itself. */
  readonly trailers: Metadata;
}
