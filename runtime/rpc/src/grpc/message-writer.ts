import type { Codec } from "../call/codec.js";
import type { Connection } from "../http2/connection.js";
import { MAX_FRAME } from "../http2/frame/frame.js";
import type { Stream } from "../http2/stream.js";
import { HEAD_BYTES } from "./message-assembler.js";

/** Memory for one message with its head. All connections share it: a message leaves before the next one is encoded. */
const scratch = new Uint8Array(MAX_FRAME + 1024);
/** The frame that `encodeFrame` made last, which begins at the start of this memory. */
let frame: Uint8Array = scratch;
let frameLength = 0;

/** Encodes a message with its head, for `sendEncoded`, which must follow at once. Returns the size of the message. */
export function encodeFrame<M>(codec: Codec<M>, message: M): number {
  const end = codec.encodeInto(message, scratch, HEAD_BYTES);
  if (end < 0) {
    frame = toFrame(0, codec.encode(message));
    frameLength = frame.length;
  } else {
    frame = scratch;
    frameLength = end;
    writeHead(frame, 0, end - HEAD_BYTES);
  }
  return frameLength - HEAD_BYTES;
}

/** Sends the frame that `encodeFrame` has made. Returns false if it has to wait. */
export function sendEncoded(connection: Connection, stream: Stream): boolean {
  const at = connection.beginData(stream, frameLength, false);
  const sent = frame;
  frame = scratch;
  if (at >= 0) {
    copy(sent, frameLength, connection.output, at);
    return true;
  }
  return connection.send(stream, sent === scratch ? scratch.slice(0, frameLength) : sent, false);
}

/** Sends an encoded message. Returns false if it has to wait. */
export function sendMessage(
  connection: Connection,
  stream: Stream,
  flag: 0 | 1,
  bytes: Uint8Array,
  isEnd: boolean,
): boolean {
  const { length } = bytes;
  const at = connection.beginData(stream, HEAD_BYTES + length, isEnd);
  if (at < 0) return connection.send(stream, toFrame(flag, bytes), isEnd);
  write(connection.output, at, flag, bytes);
  return true;
}

/** Sends a message with its head. While it waits, its memory is used, not a copy. */
export function sendFrame(connection: Connection, stream: Stream, frame: Uint8Array): boolean {
  const at = connection.beginData(stream, frame.length, false);
  if (at < 0) return connection.send(stream, frame, false);
  connection.output.set(frame, at);
  return true;
}

/** Copies an encoded message with its head into new memory. */
function toFrame(flag: 0 | 1, bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEAD_BYTES + bytes.length);
  write(frame, 0, flag, bytes);
  return frame;
}

function write(target: Uint8Array, offset: number, flag: 0 | 1, bytes: Uint8Array): void {
  target[offset] = flag;
  writeHead(target, offset, bytes.length);
  copy(bytes, bytes.length, target, offset + HEAD_BYTES);
}

/** Writes the length of a message behind its flag. */
function writeHead(target: Uint8Array, offset: number, length: number): void {
  target[offset + 1] = length >>> 24;
  target[offset + 2] = length >>> 16;
  target[offset + 3] = length >>> 8;
  target[offset + 4] = length;
}

function copy(source: Uint8Array, length: number, target: Uint8Array, offset: number): void {
  if (length <= SHORT) for (let i = 0; i < length; i++) target[offset + i] = source[i]!;
  else target.set(source.length === length ? source : source.subarray(0, length), offset);
}

/** For at most this many bytes, a loop is faster than a call. */
const SHORT = 64;
