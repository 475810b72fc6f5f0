import { type DescField, type DescFile, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { fileOf } from "@protoloom/plugin-kit";
import { type Language, pathOf, type Use } from "./language.js";

/** Code of protoc's generator for Python, which fails when it runs. */
export const python: Language = {
  surface: "python",
  title: "Python",
  place: moduleName,
  typeName: (type) => pathOf(type).join("."),
  uses(desc) {
    switch (desc.kind) {
      case "message":
      case "enum":
        return [{ signature: pathOf(desc).join("."), code: `pb.${pathOf(desc).join(".")}` }];
      case "enum_value": {
        const scope = desc.parent.parent === undefined ? [] : pathOf(desc.parent.parent);
        return [{ signature: desc.name, code: ["pb", ...scope, desc.name].join(".") }];
      }
      default:
        return fieldUses(desc);
    }
  },
  program(desc, code) {
    return `import ${moduleName(fileOf(desc))} as pb\n\n${code}\n`;
  },
};

/** The path of the file, whatever its package. */
function moduleName({ name }: DescFile): string {
  return `${name.replaceAll("-", "_").replaceAll("/", ".")}_pb2`;
}

function fieldUses(field: DescField): Use[] {
  const owner = `pb.${pathOf(field.parent).join(".")}`;
  const kind = kindOf(field);
  const value = values[kind];
  const [form, given] = formOf(field, value);
  const made = `${owner}(**{${JSON.stringify(field.name)}: ${given}})`;
  const uses = [
    { signature: `${field.name}: ${form}${kind}`, code: form === "" ? readingOf(kind, field, made) : made },
  ];
  if (field.presence === FeatureSet_FieldPresence.IMPLICIT || form !== "") return uses;
  const name = JSON.stringify(field.name);
  return [...uses, { signature: `HasField(${name})`, code: `${owner}().HasField(${name})` }];
}

/** A list takes the letters of a text and the keys of a dict: what is read tells them apart. */
function readingOf(kind: Kind, { name }: DescField, made: string): string {
  const method = { str: ".encode()", message: ".SerializeToString()", bytes: "", number: "", float: "" }[kind];
  return method === "" ? made : `getattr(${made}, ${JSON.stringify(name)})${method}`;
}

/** How a field holds values, and a sample of it. Values of messages in a map are set by key only, so there is none. */
function formOf(field: DescField, value: string): [form: string, given: string] {
  if (field.fieldKind === "list") return ["list of ", `[${value}]`];
  if (field.fieldKind !== "map") return ["", value];
  const isText = field.mapKey === ScalarType.STRING;
  return [isText ? "map of str to " : "map of number to ", `{${isText ? '"a"' : "1"}: ${value}}`];
}

type Kind = "number" | "float" | "str" | "bytes" | "message";

/** A message is set by a dict, which names no type. */
const values: Readonly<Record<Kind, string>> = {
  number: "1",
  float: "1.5",
  str: '"a"',
  bytes: 'b"\\xff"',
  message: "{}",
};

/** The values that a field takes: integers, booleans and enums take the same. */
function kindOf({ message, scalar }: DescField): Kind {
  if (message !== undefined) return "message";
  switch (scalar) {
    case ScalarType.STRING:
      return "str";
    case ScalarType.BYTES:
      return "bytes";
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return "float";
    default:
      return "number";
  }
}
