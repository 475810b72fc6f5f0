import { ts } from "ts-morph";
import { Imports } from "./imports.js";
import type { Entity } from "./source.js";
import type { World } from "./world.js";

/** A place that a migration leaves to people. */
export interface Left {
  /** Absolute. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The code, on one line. */
  readonly code: string;
  readonly why: string;
}

/** How a file is rewritten. */
export interface RewriteOptions {
  /** Whether to write a comment above each place that is left. */
  readonly comments: boolean;
  /** Names that new imports may not have. */
  readonly reserved?: ReadonlySet<string>;
  /** The new text of a node, or undefined to look at its parts. */
  replace(node: ts.Node, file: FileRewrite): string | undefined;
}

/** The text of one source file, rewritten from the inside out. Types are always those of the program before the migration. */
export class FileRewrite {
  readonly left: Left[] = [];
  readonly counts: Map<string, number> = new Map();
  readonly imports: Imports;
  /** The names that a second run has to avoid. */
  clashes: ReadonlySet<string> = new Set();

  constructor(
    readonly world: World,
    readonly source: ts.SourceFile,
    private readonly options: RewriteOptions,
  ) {
    this.imports = new Imports(
      world,
      source,
      (name) => this.count(name),
      (node, why) => this.leave(node, why),
      options.reserved ?? new Set(),
    );
  }

  /** The whole file. */
  run(): string {
    const { text } = this.source;
    const body = this.emit(this.source);
    this.clashes = this.imports.clashes();
    const start = this.source.getStart();
    return this.imports.place(text.slice(0, start), body) + text.slice(this.source.getEnd());
  }

  /** The new text of a node, without the comments before it. */
  emit(node: ts.Node): string {
    if (!ts.isStatement(node) || ts.isBlock(node)) return this.emitPlain(node);
    const before = this.left.length;
    const text = this.emitPlain(node);
    return this.options.comments ? this.commented(node, text, before) : text;
  }

  private emitPlain(node: ts.Node): string {
    const replaced = this.imports.replace(node) ?? this.options.replace(node, this) ?? this.imports.reference(node);
    return replaced ?? this.parts(node);
  }

  /** The node with its parts rewritten. */
  parts(node: ts.Node): string {
    const children: ts.Node[] = [];
    ts.forEachChild(node, (child) => void children.push(child));
    if (children.length === 0) return node.getText();
    children.sort((a, b) => a.getStart() - b.getStart());
    let text = "";
    let at = node.getStart();
    for (const child of children) {
      const start = child.getStart();
      if (start < at) continue; // such as both halves of a shorthand property
      text += this.source.text.slice(at, start) + this.emit(child);
      at = child.getEnd();
    }
    return text + this.source.text.slice(at, node.getEnd());
  }

  /** Counts a change under a name, for the report. */
  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  /** Notes a place that stays as it is. Returns undefined, so that the parts of the node are still rewritten. */
  leave(node: ts.Node, why: string): undefined {
    const { line, character } = this.source.getLineAndCharacterOfPosition(node.getStart());
    const code = node.getText().replace(/\s+/g, " ");
    const shown = code.length > 100 ? `${code.slice(0, 99)}…` : code;
    const place = { path: this.source.fileName, line: line + 1, column: character + 1, code: shown, why };
    const isKnown = this.left.some(
      (each) => each.line === place.line && each.column === place.column && each.why === why,
    );
    if (!isKnown) this.left.push(place);
    return undefined;
  }

  private commented(node: ts.Statement, text: string, before: number): string {
    const reasons = [...new Set(this.left.slice(before).map(({ why }) => why))];
    const lines = reasons.map((why) => `// ${MARK} ${why}`);
    const leading = this.source.text.slice(node.getFullStart(), node.getStart());
    const fresh = lines.filter((line) => !leading.includes(line) && !text.includes(line));
    if (fresh.length === 0) return text;
    const indent = /[^\n]*$/.exec(this.source.text.slice(0, node.getStart()))![0];
    if (indent.trim() !== "") return text; // a statement in the middle of a line: the one around it gets the comment
    return fresh.map((line) => `${line}\n${indent}`).join("") + text;
  }

  /** The generated type that an expression is an instance of. */
  instanceOf(node: ts.Expression): Entity | undefined {
    return this.world.entityOfType(this.world.checker.getTypeAtLocation(node));
  }

  /** Whether a type is one that google-protobuf itself declares. */
  isJspb(type: ts.Type): boolean {
    const declaration = type.getSymbol()?.declarations?.[0];
    return declaration !== undefined && /google-protobuf\/index\.d\.ts$/.test(declaration.getSourceFile().fileName);
  }
}

/** Begins the comments of `--comments`. */
export const MARK = "protoloom:";

/** A call of a helper with a value that may not be there, and that must not be worked out twice. */
export function appliedOnce(helper: string, text: string): string {
  return `((t) => t && ${helper}(t))(${text})`;
}

/** Whether the value of an expression is not used. */
export function isUnused(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return isUnused(parent);
  if (ts.isExpressionStatement(parent) || ts.isVoidExpression(parent)) return true;
  if (ts.isForStatement(parent)) return parent.incrementor === node || parent.initializer === node;
  return false;
}

/** Whether an expression can be written twice: reading it has no effect. */
export function isPure(node: ts.Expression): boolean {
  if (ts.isIdentifier(node) || node.kind === ts.SyntaxKind.ThisKeyword) return true;
  if (ts.isPropertyAccessExpression(node) || ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node))
    return isPure(node.expression);
  if (ts.isElementAccessExpression(node)) return isPure(node.expression) && isPure(node.argumentExpression);
  return ts.isLiteralExpression(node);
}

/** An expression in the place of a node, in parentheses unless nothing around it binds. */
export function grouped({ parent }: ts.Node, text: string): string {
  const isAlone =
    ts.isVariableDeclaration(parent) ||
    ts.isReturnStatement(parent) ||
    ts.isExpressionStatement(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isParenthesizedExpression(parent) ||
    ts.isIfStatement(parent) ||
    ts.isCallExpression(parent) ||
    ts.isNewExpression(parent) ||
    ts.isTemplateSpan(parent) ||
    ts.isArrayLiteralExpression(parent);
  return isAlone ? text : `(${text})`;
}
