import type { CompactType } from "../../codec/compact/info.js";
import { compactInfo, type FromBinary, fromBinaryOf } from "../../codec/compact/message.js";
import { type BinaryWriteOptions, encode } from "../../codec/encode.js";
import { type Message, type MessageType, ownStatic } from "../../codec/message.js";
import { type AnyMessage, infoOf, type MessageInfo } from "../../codec/message-info.js";
import type { Bytes } from "../../wire/writer.js";
import { fromJsonString, type MessageJson } from "../codec.js";
import { type FromJson, JsonMessage, type JsonMessageType } from "../message.js";
import type { JsonValue } from "../value.js";
import { type CompactJsonParts, compactJson } from "./table.js";

/**
 * The base class of classes in the compact form with JSON: CompactMessage on top of JsonMessage, and the static JSON
 * methods.
 */
export abstract class CompactJsonMessage<J = JsonValue> extends JsonMessage<J> {
  static get $info(): MessageInfo {
    // biome-ignore lint/complexity/noThisInStatic: the class that was asked, which extends this one
    return compactInfo(this);
  }

  static get $json(): MessageJson<Message> {
    // biome-ignore lint/complexity/noThisInStatic: as above
    return tableJson(this);
  }

  static get fromBinary(): FromBinary {
    // biome-ignore lint/complexity/noThisInStatic: as above
    return ownStatic(this, "fromBinary", fromBinaryOf);
  }

  static get fromJsonString(): FromJson<string> {
    // biome-ignore lint/complexity/noThisInStatic: as above
    return ownStatic(this, "fromJsonString", fromJsonStringOf);
  }

  /** Encodes the message. The result may share its ArrayBuffer with other data: slice() it to transfer it. */
  toBinary(options?: BinaryWriteOptions): Bytes {
    return encode(infoOf(this), this, options);
  }
}

/** The JSON codec of a class whose table has a JSON part. */
export function tableJson<M extends AnyMessage>(asked: object): MessageJson<M> {
  return ownStatic(asked, "$json", (type) =>
    compactJson(() => {
      const [, , refs, extensions] = (type as CompactType).$table();
      return [type.$info, refs, extensions as CompactJsonParts[2]];
    }),
  );
}

function fromJsonStringOf(type: MessageType): FromJson<string> {
  const { $json, $info } = type as JsonMessageType;
  return (text, options) => fromJsonString($json, $info, new type() as Message, text, options);
}
