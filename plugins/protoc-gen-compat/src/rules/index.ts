import type { Rule } from "../rule.js";
import { enumFirstValue } from "./enum-first-value.js";
import { enumMoved } from "./enum-moved.js";
import { enumOpenness } from "./enum-openness.js";
import { enumRemoved } from "./enum-removed.js";
import { enumReserved } from "./enum-reserved.js";
import { enumValueAdded } from "./enum-value-added.js";
import { enumValueAlias } from "./enum-value-alias.js";
import { enumValueName } from "./enum-value-name.js";
import { enumValueNumber } from "./enum-value-number.js";
import { enumValueRemoved } from "./enum-value-removed.js";
import { extensionRange } from "./extension-range.js";
import { fieldAdded } from "./field-added.js";
import { fieldBehavior } from "./field-behavior.js";
import { fieldCardinality } from "./field-cardinality.js";
import { fieldDefault } from "./field-default.js";
import { fieldDelimited } from "./field-delimited.js";
import { fieldEnumType } from "./field-enum-type.js";
import { fieldJsonName } from "./field-json-name.js";
import { fieldJstype } from "./field-jstype.js";
import { fieldMapKey } from "./field-map-key.js";
import { fieldMapValue } from "./field-map-value.js";
import { fieldMessageType } from "./field-message-type.js";
import { fieldName } from "./field-name.js";
import { fieldNumber } from "./field-number.js";
import { fieldNumberReused } from "./field-number-reused.js";
import { fieldOneof } from "./field-oneof.js";
import { fieldOption } from "./field-option.js";
import { fieldPacked } from "./field-packed.js";
import { fieldPresence } from "./field-presence.js";
import { fieldRemoved } from "./field-removed.js";
import { fieldRequired } from "./field-required.js";
import { fieldRequiredAdded } from "./field-required-added.js";
import { fieldRequiredRemoved } from "./field-required-removed.js";
import { fieldType } from "./field-type.js";
import { fieldUtf8 } from "./field-utf8.js";
import { fieldValidation } from "./field-validation.js";
import { filePackage } from "./file-package.js";
import { fileRemoved } from "./file-removed.js";
import { fileSyntax } from "./file-syntax.js";
import { messageMoved } from "./message-moved.js";
import { messageRemoved } from "./message-removed.js";
import { messageRenamed } from "./message-renamed.js";
import { messageReplaced } from "./message-replaced.js";
import { messageReserved } from "./message-reserved.js";
import { messageSet } from "./message-set.js";
import { oneofName } from "./oneof-name.js";
import { rpcHttp } from "./rpc-http.js";
import { rpcIdempotency } from "./rpc-idempotency.js";
import { rpcRemoved } from "./rpc-removed.js";
import { rpcRequestType } from "./rpc-request-type.js";
import { rpcResponseType } from "./rpc-response-type.js";
import { rpcStreaming } from "./rpc-streaming.js";
import { serviceRemoved } from "./service-removed.js";
import { serviceRenamed } from "./service-renamed.js";
import { typescriptEnum } from "./typescript-enum.js";
import { typescriptEnumMember } from "./typescript-enum-member.js";
import { typescriptInit } from "./typescript-init.js";
import { typescriptMember } from "./typescript-member.js";
import { typescriptMessage } from "./typescript-message.js";
import { typescriptRpc } from "./typescript-rpc.js";
import { typescriptService } from "./typescript-service.js";

/** Every rule of the default profile: a test checks that each file of this folder is here. */
export const rules: readonly Rule[] = [
  enumFirstValue,
  enumMoved,
  enumOpenness,
  enumRemoved,
  enumReserved,
  enumValueAdded,
  enumValueAlias,
  enumValueName,
  enumValueNumber,
  enumValueRemoved,
  extensionRange,
  fieldAdded,
  fieldBehavior,
  fieldCardinality,
  fieldDefault,
  fieldDelimited,
  fieldEnumType,
  fieldJsonName,
  fieldJstype,
  fieldMapKey,
  fieldMapValue,
  fieldMessageType,
  fieldName,
  fieldNumber,
  fieldNumberReused,
  fieldOneof,
  fieldOption,
  fieldPacked,
  fieldPresence,
  fieldRemoved,
  fieldRequired,
  fieldRequiredAdded,
  fieldRequiredRemoved,
  fieldType,
  fieldUtf8,
  fieldValidation,
  filePackage,
  fileRemoved,
  fileSyntax,
  messageMoved,
  messageRemoved,
  messageRenamed,
  messageReplaced,
  messageReserved,
  messageSet,
  oneofName,
  rpcHttp,
  rpcIdempotency,
  rpcRemoved,
  rpcRequestType,
  rpcResponseType,
  rpcStreaming,
  serviceRemoved,
  serviceRenamed,
  typescriptEnum,
  typescriptEnumMember,
  typescriptInit,
  typescriptMember,
  typescriptMessage,
  typescriptRpc,
  typescriptService,
];
