import type { DescExtension, DescField, DescOneof } from "@bufbuild/protobuf";
import { FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import { literal } from "@protoloom/plugin-kit";
import type { Target } from "./cel/target.js";

/** The way to a rule from `buf.validate.FieldRules`: the arguments of each element. */
export type RulePath = readonly string[];

/** An element of the way to a rule: its name, number and type, and for a list the index. */
export function pathElement(field: DescField | DescExtension, index?: number): string {
  const name = field.kind === "extension" ? `[${field.typeName}]` : field.name;
  return `${literal(name)}, ${field.number}, ${typeOf(field)}${index === undefined ? "" : `, ${index}`}`;
}

/** The way to a rule, declared once. */
export function hoistPath(path: RulePath, target: Target): string {
  const args = path.map((element) => `[${element}]`).join(", ");
  return target.hoist(`rule ${args}`, () => `/*@__PURE__*/ ${target.runtime("rule")}(${args})`);
}

/** The element of a path to a field of a message, declared once. */
export function elementOf(field: DescField, target: Target): string {
  const args = `${literal(field.name)}, ${field.number}, ${typeOf(field)}`;
  return target.hoist(`field ${args}`, () => `/*@__PURE__*/ ${target.runtime("field")}(${args})`);
}

/** The element for a oneof, declared once. */
export function oneofElement(oneof: DescOneof, target: Target): string {
  const name = literal(oneof.name);
  return target.hoist(`oneof ${name}`, () => `/*@__PURE__*/ ${target.runtime("oneof")}(${name})`);
}

function typeOf(field: DescField | DescExtension): number {
  return field.fieldKind === "message" && field.delimitedEncoding ? Type.GROUP : field.proto.type;
}

/** The type of a map's values, as a path tells it. */
export function valueTypeOf(field: DescField & { readonly fieldKind: "map" }): number {
  if (field.mapKind === "scalar") return field.scalar;
  return field.mapKind === "enum" ? Type.ENUM : Type.MESSAGE;
}
