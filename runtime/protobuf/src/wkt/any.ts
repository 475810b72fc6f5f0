import {
  type AnyShape,
  type Encodable,
  encodeInside,
  type MessageClass,
  type Registry,
  typeUrlToName,
} from "@protoloom/protobuf/json";
import { Any } from "./gen/google/protobuf/any_pb.js";

/** Packs a message under the type URL `${prefix}/${typeName}`. */
export function anyPack(
  message: Encodable & { readonly $typeName: string },
  typeUrlPrefix = "type.googleapis.com",
): Any {
  const slash = typeUrlPrefix.endsWith("/") ? "" : "/";
  return new Any({ typeUrl: typeUrlPrefix + slash + message.$typeName, value: encodeInside(message) });
}

/** The message of this class in the Any; undefined if it holds another type. */
export function anyUnpack<T extends object>(any: AnyShape, type: MessageClass<T>): T | undefined;
/** The message in the Any; undefined if the registry does not have its type. */
export function anyUnpack(any: AnyShape, registry: Registry): object | undefined;
export function anyUnpack(any: AnyShape, from: MessageClass | Registry): object | undefined {
  const type = "getMessage" in from ? from.getMessage(typeUrlToName(any.typeUrl)) : from;
  return type !== undefined && anyIs(any, type) ? type.fromBinary(any.value) : undefined;
}

/** Whether the Any holds a message of this class or type name. */
export function anyIs(any: AnyShape, type: { readonly typeName: string } | string): boolean {
  return any.typeUrl !== "" && typeUrlToName(any.typeUrl) === (typeof type === "string" ? type : type.typeName);
}
