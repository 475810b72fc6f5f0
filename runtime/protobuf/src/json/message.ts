import { infoOf, Message, type MessageType } from "../codec/message.js";
import { type MessageJson, toJSON, toJson, toJsonString } from "./codec.js";
import type { JsonWriteOptions, JsonWriteStringOptions } from "./options.js";
import type { JsonValue } from "./value.js";

/** The base class of generated messages with JSON. `J` is the type of the JSON. */
export abstract class JsonMessage<J = JsonValue> extends Message {
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

function jsonOf<M extends Message>(message: M): MessageJson<M> {
  return (message.constructor as unknown as JsonMessageType<M>).$json;
}
