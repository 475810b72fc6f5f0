import type { Fields } from "./fields.js";
import type { Stream, StreamEvents } from "./stream.js";

/** The events of a connection, for its owner. None of these methods may throw. */
export interface ConnectionEvents {
  /** Server only: a request has arrived. Returns the handler of the stream's further events. */
  onRequest(stream: Stream, fields: Fields, isEnd: boolean): StreamEvents;
  /** A stream has ended, or the peer's settings have changed: `canOpen` may be true now. */
  onRoom(): void;
  /** The peer accepts no more streams. */
  onGoaway(code: number, text: string): void;
  /** The connection was closed because of a bug on this side. */
  onFault(error: unknown): void;
  /** The connection is closed. Streams that were open have been notified. */
  onClose(reason: string): void;
}
