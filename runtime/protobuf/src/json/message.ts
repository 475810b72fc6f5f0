import { Message, type MessageType, ownStatic } from "../codec/message.js";
import { infoOf } from "../codec/message-info.js";
import { fromJson, type MessageJson, toJSON, toJson, toJsonString } from "./codec.js";
import type { JsonReadOptions, JsonWriteOptions, JsonWriteStringOptions } from "./options.js";
import type { JsonValue } from "./value.js";

/** The base class of generated messages with JSON. `J` is the type of the JSON. */
export abstract class JsonMessage<J = JsonValue> extends Message {
  static get fromJson(): FromJson<JsonValue> {
    // biome-ignore lint/complexity/noThisInStatic: the class that was asked, which extends this one
    return ownStatic(this, "fromJson", fromJsonOf);
  }

  /** The message as ProtoJSON, a value for JSON.stringify. */
  toJson(options?: JsonWriteOptions): J {
    return toJson(jsonOf(this), infoOf(this), this, options) as J;
  }

  /** The message as ProtoJSON text. */
  toJsonString(options?: JsonWriteStringOptions): string {
    return toJsonString(jsonOf(this), infoOf(this), this, options);
  }

  /** Called by JSON.stringify: ProtoJSON, with 64-bit integers as strings. */
  toJSON(): J {
    return toJSON(jsonOf(this), infoOf(this), this) as J;
  }
}

/** A generated class with JSON, as far as the runtime needs it. */
export interface JsonMessageType<M extends Message = Message> extends MessageType<M> {
  readonly $json: MessageJson<M>;
}

export type FromJson<I> = (input: I, options?: JsonReadOptions) => Message;

/** The method does not depend on `this`, so `list.map(Order.fromJson)` works. */
function fromJsonOf(type: MessageType): FromJson<JsonValue> {
  const { $json, $info } = type as JsonMessageType;
  return (json, options) => fromJson($json, $info, new type() as Message, json, options);
}

function jsonOf<M extends Message>(message: M): MessageJson<M> {
  return (message.constructor as unknown as JsonMessageType<M>).$json;
}
