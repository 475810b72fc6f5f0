import type { BinaryReadOptions } from "./codec/decode.js";
import { fail } from "./error.js";

// Messages in sequence, each preceded by its size as a varint: the framing of C++, Java, Go and protobuf-es.

/** Options for reading size-delimited messages. */
export interface SizeDelimitedOptions extends BinaryReadOptions {
  /** Maximum size of a message in bytes. A larger one is rejected as soon as its size is read. Default 64 MiB. */
  maxSize?: number;
}

/** The start of a message: its size and the offset after it, or too few bytes to tell. */
export type SizeDelimitedHead =
  | { readonly eof: false; readonly size: number; readonly offset: number }
  | { readonly eof: true; readonly size: null; readonly offset: null };

const DEFAULT_MAX_SIZE = 64 * 1024 * 1024;

/** A size is a uint32. */
const MAX_VARINT_LENGTH = 5;

/**
 * Encodes a message, preceded by its size.
 *
 * @example
 * for (const order of orders) file.write(sizeDelimitedEncode(order));
 */
export function sizeDelimitedEncode(message: { toBinary(): Uint8Array }): Uint8Array {
  const body = message.toBinary();
  const head: number[] = [];
  let size = body.length;
  for (; size > 127; size >>>= 7) head.push((size & 127) | 128);
  head.push(size);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

/**
 * Decodes a stream of size-delimited messages, however it is split into chunks. Throws a ProtobufError if a message
 * exceeds the size limit or is malformed, or if the stream ends within a message.
 *
 * @example
 * for await (const order of sizeDelimitedDecodeStream(Order, createReadStream("orders.bin"))) total += order.price;
 */
export async function* sizeDelimitedDecodeStream<M>(
  type: { readonly typeName: string; fromBinary(bytes: Uint8Array, options?: BinaryReadOptions): M },
  stream: AsyncIterable<Uint8Array>,
  options: SizeDelimitedOptions = {},
): AsyncGenerator<M, void, undefined> {
  const maxSize = options.maxSize ?? DEFAULT_MAX_SIZE;
  let pending: Uint8Array = new Uint8Array(0);
  let room = 0;
  for await (const chunk of stream) {
    [pending, room] = append(pending, room, chunk);
    for (;;) {
      const head = sizeDelimitedPeek(pending);
      if (head.eof) break;
      if (head.size > maxSize) fail(`cannot decode message ${type.typeName}: its size ${head.size} is over ${maxSize}`);
      const end = head.offset + head.size;
      if (end > pending.length) break;
      yield type.fromBinary(pending.subarray(head.offset, end), options);
      pending = pending.subarray(end);
    }
  }
  if (pending.length > 0) fail(`cannot decode message ${type.typeName}: the stream ended within it`);
}

/**
 * Reads the size at the start of the data. `eof` means that the data ends within the size. Throws a ProtobufError if it
 * is not a uint32.
 */
export function sizeDelimitedPeek(data: Uint8Array): SizeDelimitedHead {
  let size = 0;
  for (let i = 0; i < MAX_VARINT_LENGTH; i++) {
    const byte = data[i];
    if (byte === undefined) return { eof: true, size: null, offset: null };
    size += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return size < 2 ** 32 ? { eof: false, size, offset: i + 1 } : invalidSize();
  }
  return invalidSize();
}

function invalidSize(): never {
  return fail("expected the size of a message, got a varint over 32 bits");
}

/**
 * Appends a chunk to the bytes, which have this much spare room in their buffer, and returns both for the result.
 * Decoded bytes are never overwritten: messages may hold views of them. Room at least doubles, so that a large message
 * in small chunks is not copied for each.
 */
function append(bytes: Uint8Array, room: number, chunk: Uint8Array): [bytes: Uint8Array, room: number] {
  if (bytes.length === 0) return [chunk, 0];
  const length = bytes.length + chunk.length;
  if (chunk.length > room) {
    const larger = new Uint8Array(length * 2);
    larger.set(bytes);
    larger.set(chunk, bytes.length);
    return [larger.subarray(0, length), length];
  }
  const longer = new Uint8Array(bytes.buffer, bytes.byteOffset, length);
  longer.set(chunk, bytes.length);
  return [longer, room - chunk.length];
}
