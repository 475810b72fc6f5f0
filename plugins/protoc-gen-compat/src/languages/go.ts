import { type DescEnum, type DescField, type DescFile, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { fileOf } from "@protoloom/plugin-kit";
import { type Language, pathOf, type Use } from "./language.js";

/** Code of protoc-gen-go with the open API (`google.golang.org/protobuf/compiler/protogen` has its names). */
export const go: Language = {
  surface: "go",
  title: "Go",
  place: importPath,
  typeName,
  uses(desc) {
    switch (desc.kind) {
      case "message":
      case "enum":
        return [{ signature: `type ${typeName(desc)}`, code: `var _ pb.${typeName(desc)}` }];
      case "enum_value": {
        const owner = desc.parent.parent ?? desc.parent; // constants of a nested enum have the name of its message
        const name = `${typeName(owner)}_${desc.name}`;
        return [{ signature: desc.name, code: `var _ pb.${typeName(desc.parent)} = pb.${name}` }];
      }
      default:
        return fieldUses(desc);
    }
  },
  program(desc, code) {
    return `package use\n\nimport pb ${JSON.stringify(importPath(fileOf(desc)))}\n\n${code}\n`;
  },
};

/** Without go_package the path is an option of the compiler. */
function importPath({ proto }: DescFile): string | undefined {
  const [path] = (proto.options?.goPackage ?? "").split(";");
  return path === "" ? undefined : path;
}

function typeName(type: DescMessage | DescEnum): string {
  return goCamelCase(pathOf(type).join("."));
}

function fieldUses(field: DescField): Use[] {
  const owner = typeName(field.parent);
  const name = goNames(field.parent).get(field)!;
  const type = fieldType(field);
  if (type === undefined) return [];
  if (field.oneof !== undefined) {
    const member = `${owner}_${name}`;
    return [
      { signature: `oneof ${name} ${type}`, code: `var _ = func(one *pb.${member}) ${type} { return one.${name} }` },
    ];
  }
  return [
    { signature: `${name} ${type}`, code: `var _ = func(message *pb.${owner}) ${type} { return message.${name} }` },
  ];
}

/** The type of the struct's field. Undefined for a type of another package, which a program would have to import. */
function fieldType(field: DescField): string | undefined {
  const type = field.message ?? field.enum;
  if (type !== undefined && importPath(type.file) !== importPath(field.parent.file)) return undefined;
  const element = field.message
    ? `*pb.${typeName(field.message)}`
    : field.enum
      ? `pb.${typeName(field.enum)}`
      : scalars[field.scalar!];
  if (field.fieldKind === "map") return `map[${scalars[field.mapKey]}]${element}`;
  if (field.fieldKind === "list") return `[]${element}`;
  const isPointer =
    field.message === undefined &&
    field.oneof === undefined &&
    field.scalar !== ScalarType.BYTES &&
    field.presence !== FeatureSet_FieldPresence.IMPLICIT;
  return isPointer ? `*${element}` : element;
}

const scalars: Readonly<Record<ScalarType, string>> = {
  [ScalarType.DOUBLE]: "float64",
  [ScalarType.FLOAT]: "float32",
  [ScalarType.INT64]: "int64",
  [ScalarType.UINT64]: "uint64",
  [ScalarType.INT32]: "int32",
  [ScalarType.FIXED64]: "uint64",
  [ScalarType.FIXED32]: "uint32",
  [ScalarType.BOOL]: "bool",
  [ScalarType.STRING]: "string",
  [ScalarType.BYTES]: "[]byte",
  [ScalarType.UINT32]: "uint32",
  [ScalarType.SFIXED32]: "int32",
  [ScalarType.SFIXED64]: "int64",
  [ScalarType.SINT32]: "int32",
  [ScalarType.SINT64]: "int64",
};

/** The methods of every message, whose names no field can have. */
const METHODS = [
  "Reset",
  "String",
  "ProtoMessage",
  "Marshal",
  "Unmarshal",
  "ExtensionRangeArray",
  "ExtensionMap",
  "Descriptor",
];

/** The names of a message's fields: an underscore is appended to one that is taken, by its getter too. */
function goNames(message: DescMessage): Map<DescField, string> {
  const taken = new Set(METHODS);
  const unique = (wanted: string, hasGetter: boolean): string => {
    let name = wanted;
    while (taken.has(name) || (hasGetter && taken.has(`Get${name}`))) name += "_";
    taken.add(name);
    if (hasGetter) taken.add(`Get${name}`);
    return name;
  };
  const names = new Map<DescField, string>();
  const oneofs = new Set<string>();
  for (const field of message.fields) {
    names.set(field, unique(goCamelCase(field.name), true));
    if (field.oneof === undefined || oneofs.has(field.oneof.name)) continue;
    oneofs.add(field.oneof.name);
    unique(goCamelCase(field.oneof.name), false);
  }
  return names;
}

/** `shop.order_item` is `Shop_OrderItem`: an underscore goes before a small letter, and a name starts with a capital. */
function goCamelCase(name: string): string {
  let out = "";
  for (let i = 0; i < name.length; i++) {
    const [char, following] = [name[i]!, name[i + 1] ?? ""];
    const isSmallNext = /[a-z]/.test(following);
    if (char === "." && isSmallNext) continue;
    if (char === ".") out += "_";
    else if (char === "_" && (i === 0 || name[i - 1] === ".")) out += "X";
    else if (char === "_" && isSmallNext) continue;
    else if (/[0-9]/.test(char)) out += char;
    else {
      out += /[a-z]/.test(char) ? char.toUpperCase() : char;
      for (; i + 1 < name.length && /[a-z]/.test(name[i + 1]!); i++) out += name[i + 1];
    }
  }
  return out;
}
