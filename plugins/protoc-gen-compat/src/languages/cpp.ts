import { type DescEnum, type DescField, type DescFile, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { fileOf } from "@protoloom/plugin-kit";
import { type Language, pathOf, type Use } from "./language.js";

/** Code of protoc's generator for C++. */
export const cpp: Language = {
  surface: "cpp",
  title: "C++",
  place: (file) => `${header(file)} ${file.proto.package}`,
  typeName: (type) => pathOf(type).join("::"),
  uses(desc) {
    switch (desc.kind) {
      case "message":
      case "enum":
        return [{ signature: pathOf(desc).join("::"), code: `using Use = ${qualified(desc)};` }];
      case "enum_value": {
        const { parent } = desc;
        const scope = parent.parent === undefined ? namespaceOf(parent.file) : qualified(parent.parent);
        return [{ signature: desc.name, code: `const auto use = ${scope}::${desc.name};` }];
      }
      default:
        return fieldUses(desc);
    }
  },
  program(desc, code) {
    return `#include ${JSON.stringify(header(fileOf(desc)))}\n#include <type_traits>\n\n${code}\n`;
  },
};

function header({ name }: DescFile): string {
  return `${name}.pb.h`;
}

function namespaceOf(file: DescFile): string {
  return file.proto.package === "" ? "" : `::${file.proto.package.replaceAll(".", "::")}`;
}

/** Nested types have aliases in the class around them. */
function qualified(type: DescMessage | DescEnum): string {
  return [namespaceOf(type.file), ...pathOf(type)].join("::");
}

function fieldUses(field: DescField): Use[] {
  const owner = qualified(field.parent);
  const name = KEYWORDS.has(field.name.toLowerCase()) ? `${field.name.toLowerCase()}_` : field.name.toLowerCase();
  const type = typeOf(field, qualified);
  const shown = typeOf(field, (named) => pathOf(named).join("::"));
  const message = `static_cast<const ${owner}*>(nullptr)`;
  const uses = [
    {
      signature: `${shown} ${name}()`,
      code: `static_assert(std::is_same<decltype(${message}->${name}()), ${type}>::value, "another type");`,
    },
  ];
  const isSingle = field.fieldKind !== "list" && field.fieldKind !== "map";
  if (field.presence === FeatureSet_FieldPresence.IMPLICIT || !isSingle) return uses;
  return [...uses, { signature: `bool has_${name}()`, code: `using Use = decltype(${message}->has_${name}());` }];
}

/** The type that the getter returns. */
function typeOf(field: DescField, nameOf: (type: DescMessage | DescEnum) => string): string {
  const named = field.message ?? field.enum;
  const element = named === undefined ? scalars[field.scalar!] : nameOf(named);
  const isObject = field.message !== undefined || element === "std::string";
  if (field.fieldKind === "map") return `const ::google::protobuf::Map<${scalars[field.mapKey]}, ${element}>&`;
  if (field.fieldKind !== "list") return isObject ? `const ${element}&` : element;
  if (isObject) return `const ::google::protobuf::RepeatedPtrField<${element}>&`;
  return `const ::google::protobuf::RepeatedField<${field.enum === undefined ? element : "int"}>&`;
}

const scalars: Readonly<Record<ScalarType, string>> = {
  [ScalarType.DOUBLE]: "double",
  [ScalarType.FLOAT]: "float",
  [ScalarType.INT64]: "int64_t",
  [ScalarType.UINT64]: "uint64_t",
  [ScalarType.INT32]: "int32_t",
  [ScalarType.FIXED64]: "uint64_t",
  [ScalarType.FIXED32]: "uint32_t",
  [ScalarType.BOOL]: "bool",
  [ScalarType.STRING]: "std::string",
  [ScalarType.BYTES]: "std::string",
  [ScalarType.UINT32]: "uint32_t",
  [ScalarType.SFIXED32]: "int32_t",
  [ScalarType.SFIXED64]: "int64_t",
  [ScalarType.SINT32]: "int32_t",
  [ScalarType.SINT64]: "int64_t",
};

/** The words that a field may be called by, though they are keywords. */
const KEYWORDS = new Set(
  "bool break case catch char class const continue default delete do double else enum explicit export extern false float for friend goto if inline int long namespace new operator private protected public register return short signed sizeof static struct switch template this throw true try typedef typename union unsigned using virtual void volatile while".split(
    " ",
  ),
);
