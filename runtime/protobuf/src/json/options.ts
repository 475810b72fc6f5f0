import type { Extension } from "../codec/extension.js";
import type { JsonValue } from "./value.js";

/** Options for reading JSON. */
export interface JsonReadOptions {
  /** Skip keys that are no field of the message, and names that are no value of the enum, instead of failing. */
  ignoreUnknownFields?: boolean | undefined;
  /** Where google.protobuf.Any and extensions find their types. */
  registry?: Registry | undefined;
  /** How deep messages may nest; 100 when not given. */
  recursionLimit?: number | undefined;
}

/** Options for writing a JSON value. */
export interface JsonWriteOptions {
  /** Write fields with implicit presence, lists and maps also when they are zero or empty. */
  alwaysEmitImplicit?: boolean | undefined;
  /** Write enum values as numbers instead of names. */
  enumAsInteger?: boolean | undefined;
  /** Write field names as in the proto file instead of in lowerCamelCase. */
  useProtoFieldName?: boolean | undefined;
  /** Where google.protobuf.Any and extensions find their types. */
  registry?: Registry | undefined;
}

/** Options for writing JSON text. */
export interface JsonWriteStringOptions extends JsonWriteOptions {
  /** The number of spaces of each level of indentation, at most 10; 0, the default, writes one line. */
  prettySpaces?: number | undefined;
}

/** The static side of a generated message class, as far as Any needs it. */
export interface MessageClass<T extends object = object> {
  readonly typeName: string;
  fromBinary(bytes: Uint8Array): T;
  fromJson?(json: JsonValue, options?: JsonReadOptions): T;
}

// biome-ignore lint/suspicious/noExplicitAny: an extension of any message, with any value
export type AnyExtension = Extension<any, any>;

/** Finds message classes and extensions by their proto names, for google.protobuf.Any and for extensions in JSON. */
export interface Registry {
  getMessage(typeName: string): MessageClass | undefined;
  getExtension(typeName: string): AnyExtension | undefined;
  getExtensionFor(extendee: string, number: number): AnyExtension | undefined;
}
