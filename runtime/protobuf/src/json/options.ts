import type { Extension } from "../codec/extension.js";
import type { AnyMessage } from "../codec/message-info.js";
import type { JsonValue } from "./value.js";

/** Options for reading JSON. */
export interface JsonReadOptions {
  /** Skip unknown keys and unknown enum names instead of failing. Default false. */
  ignoreUnknownFields?: boolean | undefined;
  /** The types of google.protobuf.Any and of extensions. */
  registry?: Registry | undefined;
  /** How deep messages may nest. Default 100. */
  recursionLimit?: number | undefined;
}

/** Options for writing a JSON value. */
export interface JsonWriteOptions {
  /** Also write fields with implicit presence that are zero, and empty lists and maps. Default false. */
  alwaysEmitImplicit?: boolean | undefined;
  /** Write enum values as numbers instead of names. Default false. */
  enumAsInteger?: boolean | undefined;
  /** Write field names as in the proto file instead of in lowerCamelCase. Default false. */
  useProtoFieldName?: boolean | undefined;
  /** The types of google.protobuf.Any and of extensions. */
  registry?: Registry | undefined;
}

/** Options for writing JSON text. */
export interface JsonWriteStringOptions extends JsonWriteOptions {
  /** Spaces per level of indentation, at most 10. Default 0: everything on one line. */
  prettySpaces?: number | undefined;
}

/** The static side of a generated message class, as far as Any needs it. */
export interface MessageClass<T extends object = object> {
  /** The full proto name, without a leading dot. */
  readonly typeName: string;
  /** Decodes one message. Throws a ProtobufError if the bytes are malformed. */
  fromBinary(bytes: Uint8Array): T;
  /** Reads ProtoJSON. Absent from classes generated with `json=none` or `json=functions`. */
  fromJson?(json: JsonValue, options?: JsonReadOptions): T;
}

// biome-ignore lint/suspicious/noExplicitAny: an extension of any message, with any value
export type AnyExtension = Extension<any, any>;

/** Finds message classes and extensions by their proto names, for google.protobuf.Any and for extensions in JSON. */
export interface Registry {
  /** The class of this full name, or undefined if it is unknown. */
  getMessage(typeName: string): MessageClass | undefined;
  /** The extension of this full name, or undefined if it is unknown. */
  getExtension(typeName: string): AnyExtension | undefined;
  /** The extension of this message with this field number, or undefined if there is none. */
  getExtensionFor(extendee: string, number: number): AnyExtension | undefined;
  /** For `fromBinary`. Throws a ProtobufError if an extension in the message does not decode. */
  checkExtensions?(message: AnyMessage, recursionLimit: number): void;
}
