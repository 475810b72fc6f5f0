/** One byte for the compressed flag and four for the length (gRPC over HTTP/2, "Length-Prefixed-Message"). */
const HEAD_BYTES = 5;

/**
 * An encoded response. A handler may return or yield it in place of a message, and the transport sends its bytes
 * unchanged. One object may be sent on any number of streams, which share its memory: a server that broadcasts to
 * thousands of clients encodes once and never copies. Do not change the bytes afterwards.
 */
export class EncodedMessage {
  /** The message with its gRPC prefix, in one piece. */
  readonly frame: Uint8Array;

  /** Joins the parts: fields of a message may be encoded separately, in any order (protobuf, "Field Order"). */
  constructor(...parts: readonly Uint8Array[]) {
    let length = 0;
    for (const part of parts) length += part.length;
    const frame = new Uint8Array(HEAD_BYTES + length);
    new DataView(frame.buffer).setUint32(1, length);
    let offset = HEAD_BYTES;
    for (const part of parts) {
      frame.set(part, offset);
      offset += part.length;
    }
    this.frame = frame;
  }

  /** The encoded message. */
  get bytes(): Uint8Array {
    return this.frame.subarray(HEAD_BYTES);
  }
}
