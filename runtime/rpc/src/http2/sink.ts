import type { Written } from "./frame/writer.js";

/** Takes the bytes that a connection sends. None of these methods may throw. */
export interface Sink {
  write(bytes: Uint8Array): Written;
  /** There is something to write: the owner calls `flush` at the end of this turn. */
  wantsFlush(): void;
  /** Stops calling `receive` until `resume`. */
  pause(): void;
  resume(): void;
  /** Nothing more will be written. */
  end(): void;
}
