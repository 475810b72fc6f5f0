import type { DescOneof } from "@bufbuild/protobuf";
import { namesOf } from "@protoloom/plugin-kit";
import { ts } from "ts-morph";
import type { FileRewrite } from "../../file-rewrite.js";

/** The case of a oneof was a number, and is a text or undefined: `text` in a place that needs the number, or that takes no undefined. */
export function caseInPlace(node: ts.Expression, text: string, file: FileRewrite): string {
  if (isKey(node)) return caseOf(node, file) === undefined ? text : `${text}!`;
  if (!isNumberPlace(node, file)) return text;
  const oneof = caseOf(node, file);
  if (oneof === undefined) return text;
  const number = numberFunction(node, oneof, file);
  if (number !== undefined) return `${number}(${text})`;
  file.leave(node, "the case of a oneof is a text or undefined now, not a number");
  return text;
}

/** The oneof whose case an expression is. Constants of its enum have a case that is known. */
function caseOf(node: ts.Expression, { world }: FileRewrite): DescOneof | undefined {
  const type = world.checker.getTypeAtLocation(node);
  const plain = world.checker.getBaseTypeOfLiteralType(world.checker.getNonNullableType(type));
  if (!(plain.flags & ts.TypeFlags.EnumLike)) return undefined;
  const entity = world.entityOf(plain.getSymbol());
  return entity?.desc.kind === "oneof" && entity.as === "cases" ? entity.desc : undefined;
}

/** Whether an expression is a key: undefined is none for TypeScript, and finds nothing, as the number of an unset oneof did. */
function isKey(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isElementAccessExpression(parent)) return parent.argumentExpression === node;
  if (!ts.isCallExpression(parent) || parent.arguments[0] !== node) return false;
  const callee = parent.expression;
  return ts.isPropertyAccessExpression(callee) && SEARCHES.has(callee.name.text);
}

const SEARCHES: ReadonlySet<string> = new Set(["indexOf", "lastIndexOf", "includes", "get", "has"]);

/** Whether an expression stands where a number is expected, or where a method of one is called. */
function isNumberPlace(node: ts.Expression, { world }: FileRewrite): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node && ts.isCallExpression(parent.parent);
  if (ts.isTemplateSpan(parent)) return true;
  if (!ts.isCallExpression(parent) || parent.expression === node) return false;
  const expected = world.checker.getContextualType(node);
  return expected !== undefined && (world.checker.getNonNullableType(expected).flags & ts.TypeFlags.Number) !== 0;
}

/** Declares the function from a case to the number of its field. */
function numberFunction(node: ts.Expression, { parent, localName }: DescOneof, file: FileRewrite): string | undefined {
  const names = namesOf(parent.file);
  const owner = { desc: parent, as: "shape" };
  const type = file.imports.refer(node, owner, names.shape(parent), true);
  const schema = file.imports.refer(node, owner, names.descriptor(parent), false);
  if (type === undefined || schema === undefined) return undefined;
  return file.imports.hoist(
    `${localName}Number`,
    `(value: ${type}["${localName}"]["case"]): number =>\n  ${schema}.fields.find((field) => field.localName === value)?.number ?? 0`,
  );
}
