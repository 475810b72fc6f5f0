import type { DescMessage } from "@bufbuild/protobuf";
import type { JsonValue } from "@protoloom/protobuf";
import { checkMessage } from "../validate/check-message.js";
import { messageTypes, registry } from "./typed-config.js";

/** A message as ProtoJSON, after a check by the rules of its API. A violation is a bug in our code. */
export function checkedJson(
  schema: DescMessage,
  message: { toJson(options: { registry: typeof registry; useProtoFieldName: boolean }): JsonValue },
): JsonValue {
  const violations = checkMessage(schema, message, messageTypes);
  if (violations.length > 0) {
    const lines = violations
      .slice(0, 10)
      .map(({ path, rule, text }) => `${schema.typeName}.${path}: ${text} (${rule})`);
    throw new Error(`Envoy would refuse what was made of the model\n${lines.join("\n")}`);
  }
  return message.toJson({ registry, useProtoFieldName: true });
}
