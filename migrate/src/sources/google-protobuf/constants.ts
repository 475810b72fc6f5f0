import type { DescOneof } from "@bufbuild/protobuf";
import { namesOf } from "@protoloom/plugin-kit";
import { ts } from "ts-morph";
import type { FileRewrite } from "../../file-rewrite.js";
import { accessor } from "./accessors.js";

/** A value of an enum, or of the cases of a oneof. */
export function constant(node: ts.PropertyAccessExpression, file: FileRewrite): string | undefined {
  const member = file.world.memberOf(node);
  if (member === undefined) return undefined;
  const { owner, name } = member;
  if (owner.desc.kind === "enum") {
    const value = owner.desc.values.find((each) => each.name.toUpperCase() === name);
    if (value === undefined) return undefined;
    const type = file.imports.refer(node.expression, owner, namesOf(owner.desc.file).shape(owner.desc), false);
    file.count("enum");
    return type && `${type}.${value.localName}`;
  }
  if (owner.desc.kind !== "oneof") return undefined;
  file.count("oneof");
  const field = owner.desc.fields.find((each) => each.name.toUpperCase() === name);
  return field === undefined ? "undefined" : `"${field.localName}"`;
}

/**
 * An enum that is a value itself, as in `Object.keys(Status)`: an object from its names, which have a prefix that ours have
 * not, to its numbers.
 */
export function enumObject(node: ts.Expression, file: FileRewrite): string | undefined {
  const entity = file.world.entityOf(file.world.symbolOf(node));
  if (entity?.desc.kind !== "enum" || entity.as !== "shape" || !isValue(node)) return undefined;
  const names = namesOf(entity.desc.file);
  const type = file.imports.refer(node, entity, names.shape(entity.desc), true);
  const schema = file.imports.refer(node, entity, names.descriptor(entity.desc), false);
  if (type === undefined || schema === undefined) return undefined;
  file.count("enum");
  const key = entity.desc.values.every(({ name }) => name === name.toUpperCase()) ? "name" : "name.toUpperCase()";
  return file.imports.hoist(
    `${names.shape(entity.desc)}Values`,
    `Object.fromEntries<${type}>(${schema}.values.map(({ name, number }) => [${key}, number]))`,
  );
}

function isValue({ parent }: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent) || ts.isTypeQueryNode(parent)) return false;
  if (ts.isTypeReferenceNode(parent)) return false;
  return (ts.isExpression(parent) && !ts.isExpressionWithTypeArguments(parent)) || ts.isVariableDeclaration(parent);
}

/** The enum of a oneof's cases, where it is a value itself. */
export function casesObject({ parent, name, fields }: DescOneof, file: FileRewrite): string {
  file.count("oneof");
  const rows = [
    `  ${name.toUpperCase()}_NOT_SET: undefined,`,
    ...fields.map((field) => `  ${field.name.toUpperCase()}: "${field.localName}",`),
  ];
  return file.imports.hoist(
    `${namesOf(parent.file).shape(parent)}_${accessor(name)}Case`,
    `{\n${rows.join("\n")}\n} as const`,
  );
}
