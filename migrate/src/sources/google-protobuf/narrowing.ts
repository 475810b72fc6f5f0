import type { DescField } from "@bufbuild/protobuf";
import { ts } from "ts-morph";
import { type FileRewrite, isPure } from "../../file-rewrite.js";
import { accessed } from "./accessors.js";

/** `order.getCard()!` in the case of a card needs no exclamation mark any more. */
export function narrowed(node: ts.NonNullExpression, file: FileRewrite): string | undefined {
  const found = accessed(node.expression, file);
  if (found === undefined || found.access.kind !== "field" || found.access.verb !== "get" || found.isOptional)
    return undefined;
  const { field } = found.access;
  if (field.oneof === undefined || !isNarrowed(node, found.receiver, field, file)) return undefined;
  return file.emit(node.expression);
}

/** Whether reading an expression twice has no effect: names, properties, and getters, which become properties. */
export function isStable(node: ts.Expression, file: FileRewrite): boolean {
  if (ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node)) return isStable(node.expression, file);
  if (ts.isElementAccessExpression(node))
    return isStable(node.expression, file) && ts.isLiteralExpression(node.argumentExpression);
  if (ts.isPropertyAccessExpression(node)) return isStable(node.expression, file);
  const found = accessed(node, file);
  if (found === undefined) return isPure(node);
  if (found.access.verb !== "get" || found.isOptional || found.access.kind === "case") return false;
  const { field } = found.access;
  if (field.oneof !== undefined && !isNarrowed(node as ts.CallExpression, found.receiver, field, file)) return false;
  return isStable(found.receiver, file);
}

/** Whether the code around a getter has made sure that its member of the oneof is set, in a way that TypeScript follows. */
export function isNarrowed(node: ts.Node, receiver: ts.Expression, field: DescField, file: FileRewrite): boolean {
  if (!isStable(receiver, file)) return false;
  const text = receiver.getText();
  for (
    let inner: ts.Node = node;
    inner.parent !== undefined && !ts.isFunctionLike(inner.parent);
    inner = inner.parent
  ) {
    const outer = inner.parent;
    if (ts.isIfStatement(outer) && outer.thenStatement === inner && says(outer.expression, text, field, file))
      return true;
    if (ts.isConditionalExpression(outer) && outer.whenTrue === inner && says(outer.condition, text, field, file))
      return true;
    if (isAnd(outer) && outer.right === inner && says(outer.left, text, field, file)) return true;
    if (ts.isCaseClause(outer) && isCase(outer, text, field, file)) return true;
  }
  return false;
}

function isAnd(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
}

/** Whether a condition holds only if the member is set. */
function says(condition: ts.Expression, receiver: string, field: DescField, file: FileRewrite): boolean {
  if (ts.isParenthesizedExpression(condition)) return says(condition.expression, receiver, field, file);
  if (isAnd(condition))
    return says(condition.left, receiver, field, file) || says(condition.right, receiver, field, file);
  const found = accessed(condition, file);
  if (found !== undefined)
    return (
      found.access.verb === "has" &&
      found.access.kind === "field" &&
      found.access.field === field &&
      found.receiver.getText() === receiver
    );
  if (!ts.isBinaryExpression(condition) || condition.operatorToken.kind !== ts.SyntaxKind.EqualsEqualsEqualsToken)
    return false;
  return isCaseOf(condition.left, receiver, field, file) && isConstant(condition.right, field, file);
}

function isCaseOf(node: ts.Expression, receiver: string, field: DescField, file: FileRewrite): boolean {
  const found = accessed(node, file);
  return found?.access.kind === "case" && found.access.oneof === field.oneof && found.receiver.getText() === receiver;
}

function isConstant(node: ts.Expression, field: DescField, { world }: FileRewrite): boolean {
  if (!ts.isPropertyAccessExpression(node)) return false;
  const member = world.memberOf(node);
  return member?.owner.desc === field.oneof && member?.name === field.name.toUpperCase();
}

/** Whether only the case of the member leads to this clause. */
function isCase(clause: ts.CaseClause, receiver: string, field: DescField, file: FileRewrite): boolean {
  const block = clause.parent;
  if (!isCaseOf(block.parent.expression, receiver, field, file) || !isConstant(clause.expression, field, file))
    return false;
  const before = block.clauses[block.clauses.indexOf(clause) - 1];
  return before === undefined || before.statements.length > 0;
}
