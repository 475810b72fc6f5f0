// Descriptors for @bufbuild/protobuf. No other part of this package needs it.
export type { UnknownEnum } from "@bufbuild/protobuf";
export type { GenEnum, GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
export type { GenExtension } from "./extension.js";
export type { Immutable } from "./immutable.js";
export { enumDesc, extDesc, fileDesc, messageDesc, serviceDesc } from "./lazy-descriptor.js";
export { protoNames, settleNames } from "./settle-names.js";
export type { Shape } from "./shape.js";
