import type { JsonValue } from "@protoloom/protobuf";
import {
  type AnyMessage,
  decodeRange,
  encode,
  encodeInto,
  isOwnCodec,
  type MessageInfo,
} from "@protoloom/protobuf/codec";

/**
 * Converts messages of one type to bytes and back. A transport that frames in place asks for the size, encodes into its
 * own buffer after the frame header, and decodes a range of the bytes that it received.
 */
export interface Codec<M> {
  /** The full name of the message type. */
  readonly typeName: string;
  /** Returns the message itself if it is an instance of the class, or else a new instance from this init. */
  create(init: unknown): M;
  /** Throws a ProtobufError with the field's path if the message cannot be encoded. */
  encode(message: M): Uint8Array;
  /** The size of the message in bytes. */
  size(message: M): number;
  /**
   * Encodes at the offset and returns the position after the message. Returns -1 if it may not fit, which includes some
   * hundred bytes that a codec may need beyond it; what is behind the offset may have changed then.
   */
  encodeInto(message: M, target: Uint8Array, offset: number): number;
  /** Decodes bytes start to end. Throws a ProtobufError with the field's path if they are malformed. */
  decode(bytes: Uint8Array, start?: number, end?: number): M;
  /** ProtoJSON, where the message has it: not with the option json=functions or json=none. */
  readonly json?: JsonCodec<M> | undefined;
}

export interface JsonCodec<M> {
  /** Throws ProtobufError, with the path of the field, for what is not JSON of this message. */
  fromJson(json: JsonValue): M;
  toJson(message: M): JsonValue;
}

/** A generated class, as far as a codec needs it. */
export interface MessageType<M> {
  /** The full proto name. */
  readonly typeName: string;
  /** The binary codec. */
  readonly $info: MessageInfo<M & AnyMessage>;
  /** `never`, because each class has its own init, which messages with required fields need. */
  new (init: never): M;
  /** ProtoJSON, where the class has it; messages then have `toJson`. */
  fromJson?(json: JsonValue): M;
}

/** Makes the codec of a generated class from its binary codec. Called by generated code. */
export function codec<M extends AnyMessage>(type: MessageType<M>): Codec<M> {
  return Object.freeze(isOwnCodec(type.$info) ? new ClassCodec(type) : new ForeignCodec(type));
}

/** The memory that was last encoded into, and the view of it: transports use the same again and again. */
let viewed: Uint8Array = new Uint8Array(0);
let view = new DataView(viewed.buffer);

class ClassCodec<M extends AnyMessage> implements Codec<M> {
  readonly typeName: string;
  readonly json: JsonCodec<M> | undefined;
  readonly #type: MessageType<M>;
  readonly #info: MessageInfo<M>;

  constructor(type: MessageType<M>) {
    this.typeName = type.typeName;
    this.#type = type;
    this.#info = type.$info;
    this.json = jsonCodec(type);
  }

  create(init: unknown): M {
    return init instanceof this.#type ? init : new this.#type(init as never);
  }

  encode(message: M): Uint8Array {
    return encode(this.#info, message);
  }

  size(message: M): number {
    return this.encode(message).length;
  }

  encodeInto(message: M, target: Uint8Array, offset: number): number {
    if (target !== viewed) {
      viewed = target;
      view = new DataView(target.buffer, target.byteOffset, target.length);
    }
    return encodeInto(this.#info, message, target, view, offset);
  }

  decode(bytes: Uint8Array, start = 0, end: number = bytes.length): M {
    return decodeRange(this.#info, new this.#type(undefined as never), bytes, start, end);
  }
}

/** For a class that imports another copy of @protoloom/protobuf than we do: only its own methods know their memory. */
class ForeignCodec<M extends AnyMessage> extends ClassCodec<M> {
  readonly #type: BinaryType<M>;

  constructor(type: MessageType<M>) {
    super(type);
    this.#type = type as unknown as BinaryType<M>;
  }

  override encode(message: M): Uint8Array {
    return (message as unknown as BinaryMessage).toBinary();
  }

  override encodeInto(): number {
    return -1;
  }

  override decode(bytes: Uint8Array, start = 0, end: number = bytes.length): M {
    return this.#type.fromBinary(bytes.subarray(start, end));
  }
}

/** Every generated class has these, whatever its options. */
interface BinaryType<M> {
  fromBinary(bytes: Uint8Array): M;
}

interface BinaryMessage {
  toBinary(): Uint8Array;
}

function jsonCodec<M>(type: MessageType<M>): JsonCodec<M> | undefined {
  if (type.fromJson === undefined) return undefined;
  return {
    fromJson: (json) => type.fromJson!(json),
    toJson: (message) => (message as { toJson(): JsonValue }).toJson(),
  };
}
