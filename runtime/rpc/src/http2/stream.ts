import type { Fields } from "./fields.js";
import type { ErrorCode } from "./frame/frame.js";
import { ReceiveWindow } from "./receive-window.js";

/** Who ended a stream before its end. */
export type ResetOrigin = "peer" | "local" | "connection";

/** What a stream tells whoever has it. None of these may throw. */
export interface StreamEvents {
  /** A client: the response, or its trailers. A server: trailers of the request, which end it. */
  onFields(fields: Fields, isEnd: boolean): void;
  /** Bytes start to end came. They belong to the socket: what is to be kept for longer is copied. */
  onData(bytes: Uint8Array, start: number, end: number): void;
  /** The peer has sent all. Not called when fields ended the stream. */
  onEnd(): void;
  /** The stream has ended before its end. Called once, and nothing after it; not for a reset of our own. */
  onReset(code: ErrorCode, origin: ResetOrigin, text: string): void;
  /** All that waited has left. */
  onWritable(): void;
  /** All that waited has left, and `endWithTrailers` was called: the time to send them. */
  onTrailersDue(): void;
}

/** A payload, or a part of one, that waits for windows or for the socket. */
export interface Waiting {
  readonly bytes: Uint8Array;
  at: number;
  /** Whether it ends the stream. */
  readonly isEnd: boolean;
}

/** The state of a stream (RFC 9113, section 5.1), without a word about frames. */
export class Stream {
  readonly id: number;
  events: StreamEvents;
  /** What we may send. */
  sendWindow: number;
  readonly receiveWindow: ReceiveWindow = new ReceiveWindow();
  /** The bytes that came and that the reader has not taken. */
  unread = 0;
  /** Whether we have sent the end, or the stream was reset. */
  isLocalClosed = false;
  /** Whether the peer has sent the end, or the stream was reset. */
  isRemoteClosed = false;
  /** A client: whether the response has begun. */
  hasResponse = false;
  /** What content-length says is to come. */
  expected: number | undefined;
  /** A server: whether work for it goes on, so that it counts even when it is closed. */
  isHeld = false;
  // What follows belongs to the send queue.
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
