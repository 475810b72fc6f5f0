import type { Fields } from "./fields.js";
import { ReceiveWindow } from "./receive-window.js";

/** The side that ended a stream early. */
export type ResetOrigin = "peer" | "local" | "connection";

/** The events of a stream, for its owner. None of these methods may throw. */
export interface StreamEvents {
  /** Client: the response, or its trailers. Server: the trailers of the request, which end it. */
  onFields(fields: Fields, isEnd: boolean): void;
  /** Bytes start to end have arrived. The socket owns them: copy them to keep them. */
  onData(bytes: Uint8Array, start: number, end: number): void;
  /** The peer has sent everything. Not called if fields ended the stream. */
  onEnd(): void;
  /** The stream has ended early. This is its last event. Not called for a `reset` by the owner. */
  onReset(code: number, origin: ResetOrigin, text: string): void;
  /** Nothing waits any more: there is room to send. */
  onWritable(): void;
  /** Nothing waits any more, and `endWithTrailers` was called: send the trailers now. */
  onTrailersDue(): void;
}

/** A payload, partly sent perhaps, that waits for a window or the socket. */
export interface Waiting {
  readonly bytes: Uint8Array;
  at: number;
  /** Whether it ends the stream. */
  readonly isEnd: boolean;
}

/** The state of a stream (RFC 9113, section 5.1). */
export class Stream {
  readonly id: number;
  events: StreamEvents;
  /** The bytes that we may send. */
  sendWindow: number;
  readonly receiveWindow: ReceiveWindow = new ReceiveWindow();
  /** Received bytes that the reader has not taken. */
  unread = 0;
  /** Whether we have sent the end, or the stream was reset. */
  isLocalClosed = false;
  /** Whether the peer has sent the end, or the stream was reset. */
  isRemoteClosed = false;
  /** Client only: whether the final response has begun. */
  hasResponse = false;
  /** The bytes still to come according to content-length. */
  expected: number | undefined;
  /** Server only: whether its handler still runs, so that it counts even when closed. */
  isHeld = false;
  // The following fields belong to SendFlow and SendQueue.
  waiting: Waiting[] | undefined;
  trailersWait = false;
  isQueued = false;
  nextQueued: Stream | undefined;

  constructor(id: number, sendWindow: number, events: StreamEvents) {
    this.id = id;
    this.sendWindow = sendWindow;
    this.events = events;
  }

  get isClosed(): boolean {
    return this.isLocalClosed && this.isRemoteClosed;
  }
}
