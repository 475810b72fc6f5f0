import { type AnyMessage, decode, encode, type MessageInfo } from "@protoloom/protobuf/codec";

/**
 * How messages of one type become bytes and back. A transport that frames in place asks for the size, encodes into its
 * own buffer behind the head of the frame, and decodes a range of what it received.
 */
export interface Codec<M> {
  /** The full name of the message type. */
  readonly typeName: string;
  /** The message itself when it is an instance of the class, otherwise a new instance from this init. */
  create(init: unknown): M;
  /** Throws ProtobufError, with the path of the field, for a message that cannot be encoded. */
  encode(message: M): Uint8Array;
  /** The number of bytes that the message takes. */
  size(message: M): number;
  /** Encodes at the offset and returns the position behind; -1, with nothing written, when the message does not fit. */
  encodeInto(message: M, target: Uint8Array, offset: number): number;
  /** Decodes bytes start to end. Throws ProtobufError, with the path of the field, for malformed input. */
  decode(bytes: Uint8Array, start?: number, end?: number): M;
}

/** A generated class, as far as a codec needs it. */
export interface MessageType<M> {
  readonly typeName: string;
  readonly $info: MessageInfo<M & AnyMessage>;
  /** `never`, because each class has an init of its own, which a message with required fields cannot do without. */
  new (init: never): M;
}

/** The codec of a generated class, from the binary codec that it has. Called by generated code. */
export function codec<M extends AnyMessage>(type: MessageType<M>): Codec<M> {
  return Object.freeze(new ClassCodec(type));
}

class ClassCodec<M extends AnyMessage> implements Codec<M> {
  readonly typeName: string;
  private readonly type: MessageType<M>;
  private readonly info: MessageInfo<M>;

  constructor(type: MessageType<M>) {
    this.typeName = type.typeName;
    this.type = type;
    this.info = type.$info;
  }

  create(init: unknown): M {
    return init instanceof this.type ? init : new this.type(init as never);
  }

  encode(message: M): Uint8Array {
    return encode(this.info, message);
  }

  size(message: M): number {
    return this.encode(message).length;
  }

  encodeInto(message: M, target: Uint8Array, offset: number): number {
    const bytes = this.encode(message);
    if (bytes.length > target.length - offset) return -1;
    target.set(bytes, offset);
    return offset + bytes.length;
  }

  decode(bytes: Uint8Array, start = 0, end: number = bytes.length): M {
    // A plain Uint8Array, also over a Buffer: fields of type bytes are views of it, and have its type.
    const range = new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
    return decode(this.info, new this.type(undefined as never), range);
  }
}
