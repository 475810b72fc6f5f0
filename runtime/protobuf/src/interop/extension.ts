import type { GenExtension as GenExtensionEs } from "@bufbuild/protobuf/codegenv2";
import type { ExtensionCodec, extensionCodec } from "../codec/extension.js";
import type { AnyMessage } from "../codec/message-info.js";
import type { ExtensionJson } from "../json/tree/extension.js";
import type { ShapeOf } from "./shape.js";

/** A generated extension: the descriptor for protobuf-es, and the codec of its value. */
export type GenExtension<E extends AnyMessage, V> = GenExtensionEs<E, ShapeOf<V>> & {
  readonly [extensionCodec]: ExtensionCodec<V> & ExtensionJson<V>;
  /** A type only: the extended message. */
  readonly $extendee?: E;
};
