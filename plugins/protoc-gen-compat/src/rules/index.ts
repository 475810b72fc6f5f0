import type { Rule } from "../rule.js";
import { enumFirstValue } from "./enum-first-value.js";
import { enumMoved } from "./enum-moved.js";
import { enumOpenness } from "./enum-openness.js";
import { enumOption } from "./enum-option.js";
import { enumRemoved } from "./enum-removed.js";
import { enumReserved } from "./enum-reserved.js";
import { enumValueAdded } from "./enum-value-added.js";
import { enumValueAlias } from "./enum-value-alias.js";
import { enumValueName } from "./enum-value-name.js";
import { enumValueNumber } from "./enum-value-number.js";
import { enumValueOption } from "./enum-value-option.js";
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
import { fileOption } from "./file-option.js";
import { filePackage } from "./file-package.js";
import { fileRemoved } from "./file-removed.js";
import { fileSyntax } from "./file-syntax.js";
import { messageMoved } from "./message-moved.js";
import { messageOption } from "./message-option.js";
import { messageRemoved } from "./message-removed.js";
import { messageRenamed } from "./message-renamed.js";
import { messageReplaced } from "./message-replaced.js";
import { messageReserved } from "./message-reserved.js";
import { messageSet } from "./message-set.js";
import { messageValidation } from "./message-validation.js";
import { oneofName } from "./oneof-name.js";
import { packageOption } from "./package-option.js";
import { rpcHttp } from "./rpc-http.js";
import { rpcIdempotency } from "./rpc-idempotency.js";
import { rpcOption } from "./rpc-option.js";
import { rpcRemoved } from "./rpc-removed.js";
import { rpcRequestType } from "./rpc-request-type.js";
import { rpcResponseType } from "./rpc-response-type.js";
import { rpcStreaming } from "./rpc-streaming.js";
import { serviceOption } from "./service-option.js";
import { serviceRemoved } from "./service-removed.js";
import { serviceRenamed } from "./service-renamed.js";
import { sourceEnum } from "./source-enum.js";
import { sourceEnumValue } from "./source-enum-value.js";
import { sourceField } from "./source-field.js";
import { sourceFile } from "./source-file.js";
import { sourceMessage } from "./source-message.js";
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
  enumOption,
  enumRemoved,
  enumReserved,
  enumValueAdded,
  enumValueAlias,
  enumValueName,
  enumValueNumber,
  enumValueOption,
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
  fileOption,
  filePackage,
  fileRemoved,
  fileSyntax,
  messageMoved,
  messageOption,
  messageRemoved,
  messageRenamed,
  messageReplaced,
  messageReserved,
  messageSet,
  messageValidation,
  oneofName,
  packageOption,
  rpcHttp,
  rpcIdempotency,
  rpcOption,
  rpcRemoved,
  rpcRequestType,
  rpcResponseType,
  rpcStreaming,
  serviceOption,
  serviceRemoved,
  serviceRenamed,
  sourceEnum,
  sourceEnumValue,
  sourceField,
  sourceFile,
  sourceMessage,
  typescriptEnum,
  typescriptEnumMember,
  typescriptInit,
  typescriptMember,
  typescriptMessage,
  typescriptRpc,
  typescriptService,
];
