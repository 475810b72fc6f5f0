import { type DescEnum, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { doc, literal, propertyKey, scalars } from "@protoloom/plugin-kit";
import type { Output } from "./output.js";

/** Emits `XJson`, the return type of `toJson`, for json_types=true. As in protobuf-es, it is for default options. */
export function emitJsonType(out: Output, desc: DescMessage | DescEnum): void {
  if (out.options.json_types === "false" || out.target === "js") return;
  out.print(doc(desc));
  const declaration = `export type ${out.jsonShape(desc)} =`;
  const type = desc.kind === "enum" ? enumType(desc) : specialType(out, desc);
  if (type !== undefined || desc.kind === "enum") {
    out.print(`${declaration} ${type};`);
  } else {
    out.print(`${declaration} {`);
    for (const field of desc.fields) {
      out.print(doc(field, "  "));
      out.print(`  ${propertyKey(field.jsonName)}?: ${fieldType(out, field)};`);
    }
    out.print(`};`);
  }
  out.print();
}

function enumType(desc: DescEnum): string {
  if (desc.typeName === "google.protobuf.NullValue") return "null";
  return [...new Set(desc.values.map((value) => literal(value.jsonName)))].join(" | ");
}

/** The well-known types with their own JSON form (ProtoJSON, "Representation of each type"). */
function specialType(out: Output, desc: DescMessage): string | undefined {
  if (isWrapperDesc(desc)) return scalarType(desc.fields[0]!.scalar!);
  switch (desc.typeName) {
    case "google.protobuf.Any":
      return `{ "@type"?: string }`;
    case "google.protobuf.Timestamp":
    case "google.protobuf.Duration":
    case "google.protobuf.FieldMask":
      return "string";
    case "google.protobuf.Struct":
      return out.jsonType("JsonObject");
    case "google.protobuf.Value":
      return out.jsonType("JsonValue");
    case "google.protobuf.ListValue":
      return `${out.jsonType("JsonValue")}[]`;
    case "google.protobuf.Empty":
      return "{ [key: string]: never }";
    default:
      return undefined;
  }
}

function fieldType(out: Output, field: DescField): string {
  const type = field.message ?? field.enum;
  const element = type === undefined ? scalarType(field.scalar!) : out.jsonShape(type);
  if (field.fieldKind === "list") return element.includes("|") ? `(${element})[]` : `${element}[]`;
  if (field.fieldKind !== "map") return element;
  return `{ [key: ${scalars.get(field.mapKey)!.ts === "number" ? "number" : "string"}]: ${element} }`;
}

function scalarType(scalar: ScalarType): string {
  if (scalar === ScalarType.DOUBLE || scalar === ScalarType.FLOAT) return `number | "NaN" | "Infinity" | "-Infinity"`;
  const { ts } = scalars.get(scalar)!;
  return ts === "bigint" || ts === "Uint8Array" ? "string" : ts;
}
