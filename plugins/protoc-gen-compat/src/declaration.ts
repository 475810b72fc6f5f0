import type { AnyDesc } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type { AnyField } from "./pairs.js";
import { typeName } from "./rule.js";

/** An element as one line of proto, without details that do not affect others. */
export function declaration(desc: AnyDesc): string {
  switch (desc.kind) {
    case "field":
    case "extension":
      return `${label(desc)}${typeName(desc)} ${desc.name} = ${desc.number}`;
    case "enum_value":
      return `${desc.name} = ${desc.number}`;
    case "rpc": {
      const stream = (is: boolean): string => (is ? "stream " : "");
      const { clientStreaming, serverStreaming } = desc.proto;
      return `rpc ${desc.name}(${stream(clientStreaming)}${desc.input.typeName}) returns (${stream(serverStreaming)}${desc.output.typeName})`;
    }
    case "file":
      return `package ${desc.proto.package}`;
    default:
      return `${desc.kind} ${desc.name}`;
  }
}

function label(field: AnyField): string {
  if (field.fieldKind === "list") return "repeated ";
  if (field.fieldKind === "map") return "";
  if (field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED) return "required ";
  const inOneof = field.oneof !== undefined ? `oneof ${field.oneof.name}: ` : "";
  return field.oneof === undefined &&
    field.fieldKind !== "message" &&
    field.presence === FeatureSet_FieldPresence.EXPLICIT
    ? "optional "
    : inOneof;
}
