import type { Endpoint } from "../wire.js";

/** A rule of the RFC that speaks of an endpoint: what a peer sends, and what it gets. */
export interface FrameCase {
  /** The section of RFC 9113, or of another one that is named. */
  readonly section: string;
  readonly rule: string;
  /** Both, unless the rule is for one alone. */
  readonly side?: "client" | "server";
  /** Sends frames behind the handshake. */
  readonly send: (endpoint: Endpoint) => void;
  /** The frames that are sent back, in words. A string that begins with `GOAWAY` means its code only, without the last id. */
  readonly expect: readonly string[];
}
