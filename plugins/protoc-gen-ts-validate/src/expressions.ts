import { type CelInput, celList, parse } from "@bufbuild/cel";
import type { Expr } from "@bufbuild/cel-spec/cel/expr/syntax_pb.js";
import { literal } from "@protoloom/plugin-kit";
import { compile } from "./cel/compile.js";
import { type Bindings, Constants, celElement } from "./cel/constants.js";
import { InvalidExpression } from "./cel/error.js";
import { bare, negated } from "./cel/parentheses.js";
import type { Target } from "./cel/target.js";
import { type Node, typeName } from "./cel/type.js";
import type { RulePath } from "./rule-path.js";
import type { CelRule, PredefinedRule, RuleReader, TypeRules } from "./rules.js";
import { type Place, violation } from "./violation.js";

const none: Bindings = { rules: undefined, rule: undefined };

/** Compiles the expressions of rules. Each is parsed once. */
export class Expressions {
  private readonly constants: Constants;
  private readonly parsed: Map<string, Expr>;
  private readonly target: Target;

  constructor(reader: RuleReader, target: Target, shared?: Expressions) {
    this.constants = shared?.constants ?? new Constants(reader.registry);
    this.parsed = shared?.parsed ?? new Map();
    this.target = target;
  }

  /** The variables of a predefined rule, beside the message. */
  bindings(rules: TypeRules, { field, value }: PredefinedRule): Bindings {
    return { rules: rules as CelInput, rule: field.kind === "extension" ? inputOf(field, value) : undefined };
  }

  /** The statements that note a violation if a rule does not hold for `self`. */
  emit(rule: CelRule, self: Node, place: Place, path: RulePath | undefined, bindings: Bindings = none): string[] {
    try {
      const node = compile(this.parse(rule.expression), {
        target: this.target,
        constants: this.constants,
        bindings,
        variables: new Map([["this", self]]),
        now: "c.now()",
      });
      return this.statements(rule, node, place, path);
    } catch (e) {
      if (e instanceof Error) e.message = `${rule.id || rule.expression}: ${e.message}`;
      throw e;
    }
  }

  private statements(rule: CelRule, node: Node, place: Place, path: RulePath | undefined): string[] {
    const { target } = this;
    const violate = (text: string): string => violation(place, path, rule.id, text, target);
    const fixed = rule.message === "" ? undefined : literal(rule.message);
    if (node.type.kind === "bool") {
      const violated = violate(fixed ?? literal(`"${rule.expression}" returned false`));
      if (node.constant !== undefined) return node.constant === true ? [] : [violated];
      return [`if (${negated(node.code)}) ${violated}`];
    }
    if (node.type.kind !== "string") {
      throw new InvalidExpression(`a rule must give bool or string, not ${typeName(node.type)}`);
    }
    if (typeof node.constant === "string")
      return node.constant === "" ? [] : [violate(fixed ?? literal(node.constant))];
    const { choice } = node;
    if (choice?.whenFalse.constant === "" && isText(choice.whenTrue)) {
      return [`if (${bare(choice.condition.code)}) ${violate(fixed ?? choice.whenTrue.code)}`];
    }
    if (choice?.whenTrue.constant === "" && isText(choice.whenFalse)) {
      return [`if (${negated(choice.condition.code)}) ${violate(fixed ?? choice.whenFalse.code)}`];
    }
    return ["{", `  const s = ${bare(node.code)};`, `  if (s !== "") ${violate(fixed ?? "s")}`, "}"];
  }

  private parse(expression: string): Expr {
    let expr = this.parsed.get(expression);
    if (expr === undefined) {
      try {
        expr = parse(expression).expr!;
      } catch (e) {
        throw new InvalidExpression((e as Error).message);
      }
      this.parsed.set(expression, expr);
    }
    return expr;
  }
}

/** Whether it is a text that is never empty. */
function isText({ constant }: Node): boolean {
  return typeof constant === "string" && constant !== "";
}

function inputOf(field: PredefinedRule["field"], value: unknown): CelInput {
  if (field.fieldKind === "list") return celList((value as unknown[]).map((item) => celElement(field, item)));
  return celElement(field, value);
}
