import { Connection, type ConnectionOptions } from "../../../../runtime/rpc/src/http2/connection.js";
import type { Fields } from "../../../../runtime/rpc/src/http2/fields.js";
import {
  errorName,
  FrameType,
  HEAD_BYTES,
  PREFACE,
  readUint32,
} from "../../../../runtime/rpc/src/http2/frame/frame.js";
import { Written } from "../../../../runtime/rpc/src/http2/frame/writer.js";
import { serverRole } from "../../../../runtime/rpc/src/http2/requests.js";
import { clientRole } from "../../../../runtime/rpc/src/http2/role.js";
import type { ResetOrigin, Stream, StreamEvents } from "../../../../runtime/rpc/src/http2/stream.js";

// A peer without a socket, byte by byte: what is sent to a connection, and what it answers.

export const defaults: ConnectionOptions = {
  fields: { maxBytes: 65536, maxFields: 256 },
  windows: { maxStream: 1 << 22, maxGrowth: 1 << 24 },
  maxStreams: 100,
  maxUnread: 1 << 26,
  now: () => 0,
};

/** A frame, as bytes. */
export function frame(type: number, flags: number, id: number, payload: Iterable<number> = []): Uint8Array {
  const bytes = Uint8Array.from(payload);
  const { length } = bytes;
  const head = [length >>> 16, length >>> 8, length, type, flags, id >>> 24, id >>> 16, id >>> 8, id];
  return joined([Uint8Array.from(head), bytes]);
}

export function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

export function setting(id: number, value: number): number[] {
  return [id >>> 8, id & 255, ...uint32(value)];
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A field without an index and without the Huffman code. */
export function literal(name: string, value: string): number[] {
  return [0, ...string(name), ...string(value)];
}

function string(text: string): number[] {
  if (text.length >= 127) {
    const rest = text.length - 127;
    const length =
      rest < 128
        ? [127, rest]
        : [127, (rest & 127) | 128, ...(rest >>> 7 < 128 ? [rest >>> 7] : [((rest >>> 7) & 127) | 128, rest >>> 14])];
    return [...length, ...ascii(text)];
  }
  return [text.length, ...ascii(text)];
}

const ascii = (text: string): number[] => Array.from(text, (c) => c.charCodeAt(0));

/** `:method: POST`, `:scheme: http`, `:path: /`. */
export const REQUEST = [0x83, 0x86, 0x84];
/** `:status: 200`. */
export const RESPONSE = [0x88];

/** A frame that the connection sent, in words: `GOAWAY PROTOCOL_ERROR`, `RST_STREAM 1 CANCEL`, `DATA 1 5`. */
export interface Sent {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly payload: Uint8Array;
}

export function readFrames(bytes: Uint8Array): Sent[] {
  const frames: Sent[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = readUint32(bytes, at) >>> 8;
    const payload = bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length);
    frames.push({ type: bytes[at + 3]!, flags: bytes[at + 4]!, id: readUint32(bytes, at + 5), payload });
    at += HEAD_BYTES + length;
  }
  return frames;
}

export function inWords({ type, flags, id, payload }: Sent): string {
  switch (type) {
    case FrameType.Data:
      return `DATA ${id} ${payload.length}${flags & 1 ? " end" : ""}`;
    case FrameType.Headers:
      return `HEADERS ${id}${flags & 1 ? " end" : ""}`;
    case FrameType.RstStream:
      return `RST_STREAM ${id} ${errorName(readUint32(payload, 0))}`;
    case FrameType.Settings:
      return flags & 1 ? "SETTINGS ack" : "SETTINGS";
    case FrameType.Ping:
      return flags & 1 ? `PING ack ${payload[0]}` : "PING";
    case FrameType.Goaway:
      return `GOAWAY ${readUint32(payload, 0)} ${errorName(readUint32(payload, 4))}`;
    case FrameType.WindowUpdate:
      return `WINDOW_UPDATE ${id} ${readUint32(payload, 0)}`;
    case FrameType.Continuation:
      return `CONTINUATION ${id}`;
    default:
      return `type ${type}`;
  }
}

/** The events of a stream. */
export class Recorder implements StreamEvents {
  readonly told: string[] = [];
  bytes = 0;
  fields: Fields | undefined;
  onTrailers: (() => void) | undefined;
  onRoom: (() => void) | undefined;

  onFields(fields: Fields, isEnd: boolean): void {
    this.fields = fields;
    this.told.push(isEnd ? "fields end" : "fields");
  }

  onData(_: Uint8Array, start: number, end: number): void {
    this.bytes += end - start;
  }

  onEnd(): void {
    this.told.push("end");
  }

  onReset(code: number, origin: ResetOrigin): void {
    this.told.push(`reset ${errorName(code)} ${origin}`);
  }

  onWritable(): void {
    this.onRoom?.();
  }

  onTrailersDue(): void {
    this.onTrailers?.();
  }
}

/** A connection, with a sink that keeps what it sends. */
export class Endpoint {
  readonly connection: Connection;
  readonly streams: { readonly stream: Stream; readonly events: Recorder; readonly fields: Fields }[] = [];
  readonly faults: unknown[] = [];
  private readonly isServer: boolean;
  private sent: Uint8Array[] = [];
  closed: string | undefined;
  isEnded = false;
  isPaused = false;
  isFull = false;
  onRequest: ((stream: Stream, events: Recorder) => void) | undefined;

  constructor(role: "client" | "server", options: Partial<ConnectionOptions> = {}) {
    this.isServer = role === "server";
    const sink = {
      write: (bytes: Uint8Array) => {
        this.sent.push(bytes.slice());
        return this.isFull ? Written.Full : Written.Left;
      },
      wantsFlush() {},
      pause: () => {
        this.isPaused = true;
      },
      resume: () => {
        this.isPaused = false;
      },
      end: () => {
        this.isEnded = true;
      },
    };
    const events = {
      onRequest: (stream: Stream, fields: Fields, isEnd: boolean) => {
        const recorder = new Recorder();
        if (isEnd) recorder.told.push("end");
        this.streams.push({ stream, events: recorder, fields });
        stream.events = recorder;
        this.onRequest?.(stream, recorder);
        return recorder;
      },
      onRoom() {},
      onGoaway() {},
      onFault: (error: unknown) => {
        this.faults.push(error);
      },
      onClose: (reason: string) => {
        this.closed = reason;
      },
    };
    this.connection = new Connection(role === "server" ? serverRole : clientRole, sink, events, {
      ...defaults,
      ...options,
    });
  }

  /** Shakes hands, and forgets what was sent for it. */
  greet(settings: number[] = []): this {
    if (this.isServer) this.connection.receive(PREFACE);
    this.connection.receive(frame(FrameType.Settings, 0, 0, settings));
    this.connection.receive(frame(FrameType.Settings, 1, 0));
    this.take();
    return this;
  }

  /** A client: opens a stream with a request, which is forgotten. */
  open(isEnd = true): { stream: Stream; events: Recorder } {
    const events = new Recorder();
    const { encoder } = this.connection;
    encoder.begin();
    encoder.field(":method", "POST");
    const stream = this.connection.open(events, isEnd);
    this.take();
    return { stream, events };
  }

  /** The bytes that were sent since the last time. */
  takeBytes(): Uint8Array {
    this.connection.flush();
    const bytes = joined(this.sent);
    this.sent = [];
    return bytes;
  }

  /** The frames that were sent since the last time, in words. */
  take(): string[] {
    let bytes = this.takeBytes();
    if (!this.isServer && bytes[0] === PREFACE[0] && bytes[1] === PREFACE[1]) bytes = bytes.subarray(PREFACE.length);
    return readFrames(bytes).map(inWords);
  }
}
