import type { Connection } from "../http2/connection.js";
import type { Stream } from "../http2/stream.js";
import { HEAD_BYTES } from "./message-assembler.js";

/** Sends a message, encoded straight into the output if there is room. Returns false if it has to wait. */
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

/** Encodes a message with its head into new memory. */
export function toFrame(flag: 0 | 1, bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEAD_BYTES + bytes.length);
  write(frame, 0, flag, bytes);
  return frame;
}

function write(target: Uint8Array, offset: number, flag: 0 | 1, bytes: Uint8Array): void {
  const { length } = bytes;
  target[offset] = flag;
  target[offset + 1] = length >>> 24;
  target[offset + 2] = length >>> 16;
  target[offset + 3] = length >>> 8;
  target[offset + 4] = length;
  const start = offset + HEAD_BYTES;
  if (length <= SHORT) for (let i = 0; i < length; i++) target[start + i] = bytes[i]!;
  else target.set(bytes, start);
}

/** For at most this many bytes, a loop is faster than a call. */
const SHORT = 48;
