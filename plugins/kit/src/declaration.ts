import { type AnyDesc, type DescEnumValue, type DescExtension, type DescField, ScalarType } from "@bufbuild/protobuf";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import { Edition, FieldDescriptorProto_Label, FieldOptions_JSType } from "@bufbuild/protobuf/wkt";
import { featureOptions } from "./features.js";
import { scalars } from "./scalar.js";

/** The declaration of an element, for `@generated from`: `field: string author = 3;`. */
export function declaration(desc: AnyDesc): string {
  switch (desc.kind) {
    case "field":
    case "extension":
      return `${desc.kind}: ${declarationText(desc)};`;
    case "enum_value":
      return `enum value: ${declarationText(desc)};`;
    default:
      return desc.toString();
  }
}

/** A field, an extension or an enum value as in its source, without custom options: `string author = 3`. */
export function declarationText(desc: DescField | DescExtension | DescEnumValue): string {
  return desc.kind === "enum_value" ? enumValueDeclaration(desc) : fieldDeclaration(desc);
}

function enumValueDeclaration(desc: DescEnumValue): string {
  return `${desc.name} = ${desc.number}${desc.deprecated ? " [deprecated = true]" : ""}`;
}

function fieldDeclaration(field: DescField | DescExtension): string {
  const options = fieldOptions(field);
  const suffix = options.length > 0 ? ` [${options.join(", ")}]` : "";
  return `${label(field)}${typeOf(field)} ${field.name} = ${field.number}${suffix}`;
}

/** The label as in the source. The descriptor of a message field in proto3 does not have it. */
function label(field: DescField | DescExtension): string {
  if (field.fieldKind === "list") return "repeated ";
  if (field.fieldKind === "map") return "";
  const { edition } = field.kind === "extension" ? field.file : field.parent.file;
  if (edition === Edition.EDITION_PROTO3) return field.proto.proto3Optional ? "optional " : "";
  if (edition !== Edition.EDITION_PROTO2) return "";
  if (field.proto.label === FieldDescriptorProto_Label.REQUIRED) return "required ";
  return field.oneof === undefined ? "optional " : "";
}

function typeOf(field: DescField | DescExtension): string {
  if (field.fieldKind === "map") {
    return `map<${scalars.get(field.mapKey)!.proto}, ${elementType(field)}>`;
  }
  return elementType(field);
}

function elementType(field: DescField | DescExtension): string {
  if (field.message !== undefined) return field.message.typeName;
  if (field.enum !== undefined) return field.enum.typeName;
  return scalars.get(field.scalar ?? ScalarType.INT32)!.proto;
}

function fieldOptions(field: DescField | DescExtension): string[] {
  const shown: string[] = [];
  const { options, defaultValue, jsonName } = field.proto;
  if (options !== undefined && Object.hasOwn(options, "packed")) shown.push(`packed = ${options.packed}`);
  if (Object.hasOwn(field.proto, "defaultValue")) shown.push(`default = ${quoteDefault(field, defaultValue)}`);
  if (field.kind === "field" && hasOwnJsonName(field)) shown.push(`json_name = ${JSON.stringify(jsonName)}`);
  if (options === undefined) return shown;
  if (Object.hasOwn(options, "jstype")) shown.push(`jstype = ${FieldOptions_JSType[options.jstype]}`);
  if (Object.hasOwn(options, "deprecated")) shown.push("deprecated = true");
  return [...shown, ...featureOptions(field)];
}

/** Whether the JSON name differs from the default. The local name follows the same rule as the default. */
function hasOwnJsonName({ name, localName, proto: { jsonName } }: DescField): boolean {
  return jsonName !== localName && jsonName !== "" && jsonName !== protoCamelCase(name);
}

function quoteDefault(field: DescField | DescExtension, value: string): string {
  if (field.scalar === ScalarType.STRING) return JSON.stringify(value);
  return field.scalar === ScalarType.BYTES ? `"${value}"` : value;
}
