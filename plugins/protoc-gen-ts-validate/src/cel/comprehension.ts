import type { Expr, Expr_Comprehension } from "@bufbuild/cel-spec/cel/expr/syntax_pb.js";
import { InvalidExpression, Uncompilable } from "./error.js";
import { toBool } from "./operators.js";
import { bare } from "./parentheses.js";
import type { Scope } from "./scope.js";
import { bool, type Node, type Stored, typeName } from "./type.js";

/** A macro of CEL, recognized in the loop that the parser makes of it. */
interface Macro {
  readonly name: "all" | "exists" | "existsOne" | "map";
  readonly range: Expr;
  readonly variable: string;
  /** The condition, or for `map` and `filter` what keeps an item. */
  readonly test: Expr | undefined;
  /** For `map` and `filter`: what an item becomes. */
  readonly step: Expr | undefined;
}

/** Recognizes the macro of a loop. */
export function shapeOf({ iterRange, iterVar, accuInit, loopStep }: Expr_Comprehension): Macro {
  const common = { range: iterRange!, variable: iterVar };
  const step = argumentsOf(loopStep);
  if (accuInit?.exprKind.case === "listExpr") {
    // @result + [step], or test ? @result + [step] : @result
    const isFiltered = step.length === 3;
    const added = argumentsOf(isFiltered ? step[1] : loopStep)[1];
    if (added?.exprKind.case !== "listExpr") throw new Uncompilable("this kind of loop is not compiled");
    return { ...common, name: "map", test: isFiltered ? step[0] : undefined, step: added.exprKind.value.elements[0] };
  }
  const init = accuInit?.exprKind.case === "constExpr" ? accuInit.exprKind.value.constantKind : undefined;
  if (init?.case === "int64Value") return { ...common, name: "existsOne", test: step[0], step: undefined };
  if (init?.case !== "boolValue") throw new Uncompilable("this kind of loop is not compiled");
  return { ...common, name: init.value ? "all" : "exists", test: step[1], step: undefined };
}

function argumentsOf(expr: Expr | undefined): readonly Expr[] {
  return expr?.exprKind.case === "callExpr" ? expr.exprKind.value.args : [];
}

/** Compiles a macro to a method of arrays, or to the function of the runtime where its parts can fail. */
export function comprehension(
  { name, range: rangeExpr, variable, test: testExpr, step: stepExpr }: Macro,
  scope: Scope,
  compile: (expr: Expr, scope: Scope) => Node,
): Node {
  const range = compile(rangeExpr, scope);
  const { list, item } = itemsOf(range);
  const parameter = `x${scope.variables.size}`;
  const inner = { ...scope, variables: new Map(scope.variables).set(variable, item(parameter)) };
  const test = testExpr === undefined ? undefined : toBool(name, compile(testExpr, inner), scope.target);
  if (name === "map") {
    const step = compile(stepExpr!, inner);
    const kept = test === undefined ? list : `${list}.filter((${parameter}) => ${bare(test.code)})`;
    const isSame = step.code === parameter;
    return {
      type: { kind: "list", item: isSame ? item : (code) => ({ type: step.type, code, throws: false }) },
      code: isSame ? kept : `${kept}.map((${parameter}) => ${step.code})`,
      throws: range.throws || step.throws || test?.throws === true,
    };
  }
  const lambda = `(${parameter}) => ${bare(test!.code)}`;
  const method = name === "all" ? "every" : "some";
  const isPlain = name !== "existsOne" && !test!.throws;
  const code = isPlain ? `${list}.${method}(${lambda})` : `${scope.target.runtime(name)}(${list}, ${lambda})`;
  return { type: bool, code, throws: range.throws || test!.throws };
}

/** The values that a loop runs over: the items of a list, or the keys of a map. */
function itemsOf({ type, code }: Node): { readonly list: string; readonly item: Stored } {
  if (type.kind === "list") return { list: code, item: type.item };
  if (type.kind === "map") return { list: `Object.keys(${code})`, item: type.key };
  if (type.kind === "dynamic") throw new Uncompilable(`a ${type.name} has its items only at run time`);
  throw new InvalidExpression(`expression of type "${typeName(type)}" cannot be the range of a comprehension`);
}
