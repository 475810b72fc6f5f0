import type { JsonReadOptions } from "./options.js";
import type { JsonValue } from "./value.js";

/** The static side of a generated message class, as far as Any needs it. */
export interface MessageClass<T extends object = object> {
  readonly typeName: string;
  new (): T;
  fromBinary(bytes: Uint8Array): T;
  fromJson?(json: JsonValue, options?: JsonReadOptions): T;
}

/** Finds message classes by their full proto name, for google.protobuf.Any, and extensions in their JSON form. */
export interface Registry {
  getMessage(typeName: string): MessageClass | undefined;
  getExtension?(typeName: string): unknown;
}

/** Makes a registry of these classes. */
export function createRegistry(...classes: MessageClass[]): Registry {
  const byName = new Map(classes.map((c) => [c.typeName, c]));
  return { getMessage: (typeName) => byName.get(typeName) };
}
