import { checkExtensions, extensionCodec } from "../codec/extension.js";
import type { AnyExtension, MessageClass, Registry } from "./options.js";

/** Makes a registry of classes and extensions. If two have the same name, the last one counts. */
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
  const getExtensionFor = (extendee: string, number: number): AnyExtension | undefined =>
    extensions.get(`${extendee} ${number}`);
  return {
    getMessage: (typeName) => messages.get(typeName),
    getExtension: (typeName) => extensions.get(typeName),
    getExtensionFor,
    checkExtensions: (message, recursionLimit) => checkExtensions(message, recursionLimit, getExtensionFor),
  };
}
