import type { Expr } from "@bufbuild/cel-spec/cel/expr/syntax_pb.js";
import { comprehension, shapeOf } from "./comprehension.js";
import { constantNode } from "./constants.js";
import { InvalidExpression, Uncompilable } from "./error.js";
import { callFunction, utf8Size } from "./functions.js";
import { logic, operators, toBool } from "./operators.js";
import type { Scope } from "./scope.js";
import { bool, type Node, typeName } from "./type.js";
import { isSetCode, selectNode } from "./value.js";

/**
 * Compiles an expression of CEL to an expression of TypeScript. Parts that depend only on the schema are evaluated. Throws an
 * InvalidExpression or an Uncompilable.
 */
export function compile(expr: Expr, scope: Scope): Node {
  if (!dependsOnMessage(expr, scope)) {
    const known = scope.constants.evaluate(expr, scope.bindings, scope.target);
    if (known !== undefined) return known;
  }
  const { exprKind } = expr;
  switch (exprKind.case) {
    case "identExpr":
      return variable(exprKind.value.name, scope);
    case "selectExpr":
      return select(compile(exprKind.value.operand!, scope), exprKind.value.field, exprKind.value.testOnly, scope);
    case "callExpr":
      return call(exprKind.value.function, exprKind.value.target, exprKind.value.args, scope);
    case "listExpr":
      return operators.list(exprKind.value.elements.map((item) => compile(item, scope)));
    case "comprehensionExpr":
      return comprehension(shapeOf(exprKind.value), scope, compile);
    default:
      throw new Uncompilable(`${exprKind.case ?? "an empty expression"} is not compiled`);
  }
}

function call(name: string, receiver: Expr | undefined, args: readonly Expr[], scope: Scope): Node {
  const { target } = scope;
  if (name === "_&&_" || name === "_||_") {
    return logic(
      name,
      toBool(name, compile(args[0]!, scope), target),
      toBool(name, compile(args[1]!, scope), target),
      target,
    );
  }
  if (name === "_?_:_") {
    const condition = toBool(name, compile(args[0]!, scope), target);
    if (typeof condition.constant === "boolean") return compile(args[condition.constant ? 1 : 2]!, scope);
    return operators.choose(condition, compile(args[1]!, scope), compile(args[2]!, scope));
  }
  if (name === "format" && receiver !== undefined && args[0]?.exprKind.case === "listExpr") {
    const items = args[0].exprKind.value.elements.map((item) => compile(item, scope));
    return operators.format(compile(receiver, scope), items, target);
  }
  if (name === "getField" && args[1]?.exprKind.case === "constExpr") {
    const field = args[1].exprKind.value.constantKind;
    if (field.case === "stringValue") return select(compile(args[0]!, scope), field.value, false, scope);
  }
  const text = name === "size" ? bytesOf(receiver ?? args[0]) : undefined;
  if (text !== undefined) {
    const operand = compile(text, scope);
    if (operand.type.kind === "string") return utf8Size(operand, target);
  }
  const operands = [...(receiver === undefined ? [] : [receiver]), ...args].map((each) => compile(each, scope));
  return callFunction(name, operands, target);
}

/** The operand of `bytes(…)`. */
function bytesOf(expr: Expr | undefined): Expr | undefined {
  const isCall = expr?.exprKind.case === "callExpr" && expr.exprKind.value.function === "bytes";
  return isCall ? (expr.exprKind.value as { readonly args: Expr[] }).args[0] : undefined;
}

function variable(name: string, { variables, now }: Scope): Node {
  if (name === "now") return { type: { kind: "timestamp" }, code: now, throws: false };
  const known = variables.get(name);
  if (known === undefined) throw new InvalidExpression(`undeclared reference to "${name}"`);
  return known;
}

function select(operand: Node, name: string, isTest: boolean, { target }: Scope): Node {
  const { type, throws } = operand;
  if (type.kind === "map") {
    const key: Node = constantNode(name, { kind: "string" }, target);
    return isTest ? callFunction("@in", [key, operand], target) : callFunction("_[_]", [operand, key], target);
  }
  if (type.kind === "dynamic") throw new Uncompilable(`a ${type.name} has its fields only at run time`);
  if (type.kind !== "message") throw new InvalidExpression(`type "${typeName(type)}" does not support field selection`);
  const field = type.desc.fields.find((each) => each.name === name);
  if (field === undefined) throw new InvalidExpression(`undefined field "${name}" of ${type.desc.typeName}`);
  const message = { code: operand.code, mayBeUnset: type.mayBeUnset };
  if (isTest) return { type: bool, code: `(${isSetCode(message, field, target)})`, throws };
  const selected = selectNode(message, field, target);
  return { ...selected, throws: throws || selected.throws };
}

/** Whether an expression refers to the message, to the time, or to a variable that does. */
function dependsOnMessage(expr: Expr, scope: Scope): boolean {
  return references(expr, new Set()).some((name) => name === "now" || scope.variables.has(name));
}

const cache = new WeakMap<Expr, readonly string[]>();

/** The names that an expression refers to and does not declare itself. */
function references(expr: Expr, declared: ReadonlySet<string>): readonly string[] {
  const known = declared.size === 0 ? cache.get(expr) : undefined;
  if (known !== undefined) return known;
  const found = findReferences(expr, declared);
  if (declared.size === 0) cache.set(expr, found);
  return found;
}

function findReferences({ exprKind }: Expr, declared: ReadonlySet<string>): readonly string[] {
  const all = (exprs: readonly (Expr | undefined)[], names = declared): string[] =>
    exprs.flatMap((each) => (each === undefined ? [] : references(each, names)));
  switch (exprKind.case) {
    case "identExpr":
      return declared.has(exprKind.value.name) ? [] : [exprKind.value.name];
    case "selectExpr":
      return all([exprKind.value.operand]);
    case "callExpr":
      return all([exprKind.value.target, ...exprKind.value.args]);
    case "listExpr":
      return all(exprKind.value.elements);
    case "structExpr":
      return all(
        exprKind.value.entries.flatMap(({ keyKind, value }) => [
          keyKind.case === "mapKey" ? keyKind.value : undefined,
          value,
        ]),
      );
    case "comprehensionExpr": {
      const { iterRange, accuInit, loopCondition, loopStep, result, iterVar, accuVar } = exprKind.value;
      return [
        ...all([iterRange, accuInit]),
        ...all([loopCondition, loopStep, result], new Set([...declared, iterVar, accuVar])),
      ];
    }
    default:
      return [];
  }
}
