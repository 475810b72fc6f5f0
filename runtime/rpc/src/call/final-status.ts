import type { Any } from "@protoloom/protobuf/wkt/any";
import type { Code } from "./code.js";
import type { Metadata } from "./metadata.js";

/** How a call ends. */
export interface FinalStatus {
  readonly code: Code;
  readonly text: string;
  /** Typed facts about an error: how they travel is the transport's affair. */
  readonly details: readonly Any[];
  readonly trailers: Metadata;
}
