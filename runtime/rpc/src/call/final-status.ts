import type { Any } from "@protoloom/protobuf/wkt/any";
import type { Code } from "./code.js";
import type { Metadata } from "./metadata.js";

/** The status that a call ends with. */
export interface FinalStatus {
  readonly code: Code;
  readonly text: string;
  /** Typed details of an error. The transport decides how to send them. */
  readonly details: readonly Any[];
  readonly trailers: Metadata;
}
