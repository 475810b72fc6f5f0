import { type DescEnum, type DescField, type DescFile, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { type Language, pathOf, type Use, type Used } from "./language.js";

/** Code of protoc's generator for Java. */
export const java: Language = {
  surface: "java",
  title: "Java",
  place,
  typeName: (type) => pathOf(type).join("."),
  uses(desc: Used) {
    switch (desc.kind) {
      case "message":
      case "enum": {
        const name = qualified(desc);
        return [{ signature: pathOf(desc).join("."), code: `  static ${name} use(${name} value) { return value; }` }];
      }
      case "enum_value":
        return [{ signature: desc.name, code: `  static final Object USE = ${qualified(desc.parent)}.${desc.name};` }];
      default:
        return fieldUses(desc);
    }
  },
  program(_, code) {
    return `final class Use {\n${code}\n}\n`; // all names are qualified
  },
};

/** The package, and the class around all types unless each has a file of its own. */
function place(file: DescFile): string {
  const { javaPackage, javaMultipleFiles = false } = file.proto.options ?? {};
  const name = javaPackage || file.proto.package;
  return [name, ...(javaMultipleFiles ? [] : [outerClass(file)])].filter((part) => part !== "").join(".");
}

/** The name of the file as a class, unless a type has it. */
function outerClass(file: DescFile): string {
  const { javaOuterClassname = "" } = file.proto.options ?? {};
  if (javaOuterClassname !== "") return javaOuterClassname;
  const base = file.name.slice(file.name.lastIndexOf("/") + 1);
  const name = camelCase(base.replaceAll("-", "_"));
  const names = (types: readonly DescMessage[]): string[] =>
    types.flatMap((each) => [each.name, ...each.nestedEnums.map((one) => one.name), ...names(each.nestedMessages)]);
  const taken = [
    ...names(file.messages),
    ...file.enums.map((each) => each.name),
    ...file.services.map((each) => each.name),
  ];
  return taken.some((each) => each === name) ? `${name}OuterClass` : name;
}

function qualified(type: DescMessage | DescEnum): string {
  return [place(type.file), ...pathOf(type)].filter((part) => part !== "").join(".");
}

function fieldUses(field: DescField): Use[] {
  const owner = qualified(field.parent);
  const name = memberName(field);
  const element = boxed(field);
  const [getter, type] =
    field.fieldKind === "map"
      ? [`get${name}Map`, `java.util.Map<${scalars[field.mapKey]}, ${element.code}>`]
      : field.fieldKind === "list"
        ? [`get${name}List`, `java.util.List<${element.code}>`]
        : [`get${name}`, element.code];
  const shown = type.replace(element.code, element.shown);
  const uses = [
    {
      signature: `${shown} ${getter}()`,
      code: `  static ${type} use(${owner} message) { return message.${getter}(); }`,
    },
  ];
  if (field.presence === FeatureSet_FieldPresence.IMPLICIT || type !== element.code) return uses;
  const has = `has${name}`;
  return [
    ...uses,
    { signature: `boolean ${has}()`, code: `  static boolean use(${owner} message) { return message.${has}(); }` },
  ];
}

/** The class of a value: an int is no Long. `shown` is without the package. */
function boxed({ message, enum: type, scalar }: DescField): { code: string; shown: string } {
  const named = message ?? type;
  if (named !== undefined) return { code: qualified(named), shown: pathOf(named).join(".") };
  return { code: scalars[scalar!], shown: scalars[scalar!] };
}

const scalars: Readonly<Record<ScalarType, string>> = {
  [ScalarType.DOUBLE]: "Double",
  [ScalarType.FLOAT]: "Float",
  [ScalarType.INT64]: "Long",
  [ScalarType.UINT64]: "Long",
  [ScalarType.INT32]: "Integer",
  [ScalarType.FIXED64]: "Long",
  [ScalarType.FIXED32]: "Integer",
  [ScalarType.BOOL]: "Boolean",
  [ScalarType.STRING]: "String",
  [ScalarType.BYTES]: "com.google.protobuf.ByteString",
  [ScalarType.UINT32]: "Integer",
  [ScalarType.SFIXED32]: "Integer",
  [ScalarType.SFIXED64]: "Long",
  [ScalarType.SINT32]: "Integer",
  [ScalarType.SINT64]: "Long",
};

/** An underscore is appended to a name whose getter every message has. */
function memberName({ name }: DescField): string {
  const member = camelCase(name);
  return TAKEN.has(member) ? `${member}_` : member;
}

const TAKEN = new Set([
  "Class",
  "DefaultInstanceForType",
  "ParserForType",
  "SerializedSize",
  "AllFields",
  "DescriptorForType",
  "InitializationErrorString",
  "UnknownFields",
  "CachedSize",
]);

/** `order_item2b` is `OrderItem2B`: a letter after an underscore or a digit is a capital. */
function camelCase(name: string): string {
  return name
    .replace(/(^|[^a-zA-Z])([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase())
    .replaceAll("_", "");
}
