/** One byte that says whether the message is compressed, four of its length (gRPC over HTTP/2, "Length-Prefixed-Message"). */
const HEAD_BYTES = 5;

/**
 * A response that is encoded already. A handler may return it, or yield it, in place of a message: the transport sends its
 * bytes as they are. One object may be sent on any number of streams, which then share its memory: a server that tells
 * thousands of clients the same encodes once and copies never. The bytes must not be changed afterwards.
 */
export class EncodedMessage {
  /** The message with the head that gRPC puts before it, in one piece. */
  readonly frame: Uint8Array;

  /** Joins the parts: fields of a message may be encoded apart, in any order (protobuf, "Field Order"). */
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
