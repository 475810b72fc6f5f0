import { type AnyDesc, type DescEnumValue, type DescExtension, type DescField, ScalarType } from "@bufbuild/protobuf";
import { scalars } from "./scalar.js";

// FeatureSet.FieldPresence and FieldDescriptorProto.Label, the values that show in a declaration
const LEGACY_REQUIRED = 3;
const LABEL_OPTIONAL = 1;

/** What an element was declared as, for `@generated from`: `field: string author = 3`. */
export function declaration(desc: AnyDesc): string {
  switch (desc.kind) {
    case "field":
    case "extension":
      return `${desc.kind}: ${fieldDeclaration(desc)};`;
    case "enum_value":
      return `enum value: ${enumValueDeclaration(desc)};`;
    default:
      return desc.toString();
  }
}

function enumValueDeclaration(desc: DescEnumValue): string {
  return `${desc.name} = ${desc.number}${desc.deprecated ? " [deprecated = true]" : ""}`;
}

function fieldDeclaration(field: DescField | DescExtension): string {
  const options = fieldOptions(field);
  const suffix = options.length > 0 ? ` [${options.join(", ")}]` : "";
  return `${label(field)}${typeOf(field)} ${field.name} = ${field.number}${suffix}`;
}

function label(field: DescField | DescExtension): string {
  if (field.fieldKind === "list") return "repeated ";
  if (field.presence === LEGACY_REQUIRED) return "required ";
  const isProto2 =
    (field.kind === "extension" ? field.file : field.parent.file).proto.syntax !== "editions" && !field.oneof;
  const saysOptional =
    field.proto.proto3Optional || (isProto2 && field.proto.label === LABEL_OPTIONAL && isSyntaxProto2(field));
  return saysOptional && field.fieldKind !== "map" ? "optional " : "";
}

function isSyntaxProto2(field: DescField | DescExtension): boolean {
  const { syntax } = (field.kind === "extension" ? field.file : field.parent.file).proto;
  return syntax === "" || syntax === "proto2";
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
  const { options, defaultValue } = field.proto;
  if (defaultValue !== "") shown.push(`default = ${quoteDefault(field, defaultValue)}`);
  if (options !== undefined && Object.hasOwn(options, "packed")) shown.push(`packed = ${options.packed}`);
  if (options !== undefined && options.jstype !== 0)
    shown.push(`jstype = ${["JS_NORMAL", "JS_STRING", "JS_NUMBER"][options.jstype]}`);
  if (field.deprecated) shown.push("deprecated = true");
  return shown;
}

function quoteDefault(field: DescField | DescExtension, value: string): string {
  if (field.scalar === ScalarType.STRING) return JSON.stringify(value);
  return field.scalar === ScalarType.BYTES ? `"${value}"` : value;
}
