import type { Bytes } from "../../wire/writer.js";
import { type BinaryReadOptions, decode } from "../decode.js";
import { type BinaryWriteOptions, encode } from "../encode.js";
import { Message, type MessageType, ownStatic } from "../message.js";
import { type AnyMessage, infoOf, type MessageInfo } from "../message-info.js";
import { CompactInfo, type CompactType } from "./info.js";

/** The base class of classes in the compact form: all methods, including the static ones. */
export abstract class CompactMessage extends Message {
  static get $info(): MessageInfo {
    // biome-ignore lint/complexity/noThisInStatic: the class that was asked, which extends this one
    return compactInfo(this);
  }

  static get fromBinary(): FromBinary {
    // biome-ignore lint/complexity/noThisInStatic: as above
    return ownStatic(this, "fromBinary", fromBinaryOf);
  }

  /** Encodes the message. The result may share its ArrayBuffer with other data: slice() it to transfer it. */
  toBinary(options?: BinaryWriteOptions): Bytes {
    return encode(infoOf(this), this, options);
  }
}

/** The codec of a class that has a table. */
export function compactInfo<M extends AnyMessage>(asked: object): CompactInfo<M> {
  return ownStatic(asked, "$info", (type) => {
    const [fields, refs] = (type as CompactType).$table();
    return new CompactInfo<M>(fields, refs);
  });
}

export type FromBinary = (bytes: Uint8Array, options?: BinaryReadOptions) => Message;

/** The method does not depend on `this`, so `list.map(Order.fromBinary)` works. */
export function fromBinaryOf(type: MessageType): FromBinary {
  return (bytes, options) => decode(type.$info, new type(), bytes, options) as Message;
}
