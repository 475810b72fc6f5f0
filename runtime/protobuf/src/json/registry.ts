import { type Extension, extensionCodec } from "../codec/extension.js";
import type { JsonReadOptions } from "./options.js";
import type { JsonValue } from "./value.js";

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

/** Makes a registry of these classes and extensions; of two with the same name the last one counts. */
export function createRegistry(...types: (MessageClass | AnyExtension)[]): Registry {
  const messages = new Map<string, MessageClass>();
  const extensions = new Map<string, AnyExtension>();
  for (const type of types) {
    if (!(extensionCodec in type)) {
      messages.set(type.typeName, type);
      continue;
    }
    const { typeName, extendee, number } = type[extensionCodec];
    extensions.set(typeName, type).set(`${extendee} ${number}`, type);
  }
  return {
    getMessage: (typeName) => messages.get(typeName),
    getExtension: (typeName) => extensions.get(typeName),
    getExtensionFor: (extendee, number) => extensions.get(`${extendee} ${number}`),
  };
}
