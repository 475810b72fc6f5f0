import { dirname, posix } from "node:path";
import { namesOf } from "@protoloom/plugin-kit";
import { ts } from "ts-morph";
import { isWellKnown } from "./schema.js";
import type { Entity, Generated } from "./source.js";
import { isInstalled, type Kind, newModule, type World } from "./world.js";

/** A name that the new text imports. */
interface Import {
  readonly name: string;
  readonly local: string;
  /** Whether all uses are types. */
  isType: boolean;
}

/** An import declaration of a module that the migration knows. */
interface Managed {
  readonly declaration: ts.ImportDeclaration;
  /** The generated file, if the module is one and not a module that exports one again. */
  readonly module: Generated | undefined;
  /** The local names that are still used. */
  readonly kept: Set<string>;
}

/** The longest import on one line. */
const LINE = 120;

const WKT = "@protoloom/protobuf/wkt";

/** The imports of a file: those of old modules go, those that the new text needs come. */
export class Imports {
  private readonly managed = new Map<ts.ImportDeclaration, Managed>();
  /** By module specifier. */
  private readonly needed = new Map<string, Map<string, Import>>();
  /** Declarations to put behind the imports, by their names. */
  private readonly hoisted = new Map<string, string>();
  private readonly quote: string;
  private readonly isTerminated: boolean;
  private readonly taken: ReadonlySet<string>;

  constructor(
    private readonly world: World,
    private readonly source: ts.SourceFile,
    private readonly count: (name: string) => void,
    private readonly leave: (node: ts.Node, why: string) => undefined,
    private readonly reserved: ReadonlySet<string>,
  ) {
    const { statements, text } = source;
    const imports = statements.filter(ts.isImportDeclaration);
    this.quote = imports[0]?.moduleSpecifier.getText()[0] ?? '"';
    this.isTerminated = imports.length === 0 || text[imports[0]!.getEnd() - 1] === ";";
    this.taken = new Set(statements.flatMap(declaredNames));
    for (const declaration of imports) {
      const module = world.moduleOf(declaration.moduleSpecifier);
      const specifier = (declaration.moduleSpecifier as ts.StringLiteral).text;
      const isRuntime = world.peers.some(({ runtime }) => runtime.test(specifier));
      if (module !== undefined || isRuntime || this.importsEntities(declaration))
        this.managed.set(declaration, { declaration, module, kept: new Set() });
    }
  }

  /** Requires a name of a module. Returns the name to write. */
  need(module: string, name: string, isType = false, wanted: string = name): string {
    const names = this.needed.get(module) ?? new Map<string, Import>();
    this.needed.set(module, names);
    const known = names.get(name);
    if (known !== undefined) {
      known.isType &&= isType;
      return known.local;
    }
    const isClash =
      this.reserved.has(wanted) ||
      (this.taken.has(wanted) && !this.isReplaced(wanted)) ||
      [...this.needed.values()].some((others) => [...others.values()].some((each) => each.local === wanted));
    const local = isClash ? `${wanted}_` : wanted;
    names.set(name, { name, local, isType });
    return local;
  }

  /** The names of old imports that stay, although a new import has the same name. */
  clashes(): ReadonlySet<string> {
    const kept = new Set([...this.managed.values()].flatMap((each) => [...each.kept]));
    const locals = [...this.needed.values()].flatMap((names) => [...names.values()].map(({ local }) => local));
    return new Set(locals.filter((local) => kept.has(local)));
  }

  /** Declares a constant behind the imports. Returns its name. */
  hoist(wanted: string, value: string): string {
    const name = this.taken.has(wanted) && !this.isReplaced(wanted) ? `${wanted}_` : wanted;
    this.hoisted.set(name, `const ${name} = ${value}${this.end()}`);
    return name;
  }

  /** The name to write for an entity of our generated code, such as its class. `node` is the reference to the old one. */
  refer(node: ts.Node, entity: Entity, name: string, isType: boolean, kind: Kind = "pb"): string | undefined {
    if (kind === "pb" && isWellKnown(entity.desc as { typeName: string })) return this.need(WKT, name, isType);
    const root = rootOf(node);
    const local = this.importOf(root);
    if (local === undefined) return this.fromType(entity, name, isType, kind);
    const { declaration, isNamespace, isAlias } = local;
    if (this.managed.get(declaration)!.module === undefined) {
      const offered = this.offered(declaration, entity, name);
      if (offered === undefined || kind !== "pb") return this.fromType(entity, name, isType, kind);
      if (!isNamespace)
        return this.need(
          this.specifierOf(declaration, entity, kind),
          offered,
          isType,
          isAlias && node === root ? root.getText() : offered,
        );
      this.managed.get(declaration)!.kept.add(root.getText());
      return `${root.getText()}.${offered}`;
    }
    if (isNamespace && kind === "pb" && (this.managed.get(declaration)?.module?.protos.length ?? 1) === 1) {
      this.managed.get(declaration)?.kept.add(root.getText());
      return `${root.getText()}.${name}`;
    }
    const wanted = isAlias && node === root ? root.getText() : name;
    return this.need(this.specifierOf(declaration, entity, kind), name, isType, wanted);
  }

  /** The name under which a module of people's own exports a name of generated code again. */
  private offered(declaration: ts.ImportDeclaration, { desc }: Entity, name: string): string | undefined {
    const { world } = this;
    if (desc.kind !== "message" && desc.kind !== "enum") return undefined;
    const module = world.checker.getSymbolAtLocation(declaration.moduleSpecifier);
    const found = (module === undefined ? [] : world.checker.getExportsOfModule(module)).find((each) => {
      const entity = world.entityOf(world.behindAlias(each));
      return entity?.desc === desc && entity.as === "shape";
    });
    if (found === undefined) return undefined;
    const isNamed = found.declarations?.some((each) => ts.isExportSpecifier(each)) === true;
    if (!isNamed) return name; // export * has all names
    return name === namesOf(desc.file).shape(desc) ? found.name : undefined;
  }

  /** An entity that the file has no import of, because only its type was inferred. */
  private fromType(entity: Entity, name: string, isType: boolean, kind: Kind): string | undefined {
    for (const { declaration, module } of this.managed.values()) {
      const isOwn = module?.protos.some(({ name: proto }) => proto === fileOf(entity).name) === true;
      const offered = module === undefined && kind === "pb" ? this.offered(declaration, entity, name) : undefined;
      if (isOwn) return this.need(this.specifierOf(declaration, entity, kind), name, isType);
      if (offered !== undefined && !isNamespaceImport(declaration))
        return this.need(this.specifierOf(declaration, entity, kind), offered, isType);
    }
    const module = [...this.world.generated.values()].find((each) =>
      each.protos.some(({ name: proto }) => proto === fileOf(entity).name),
    );
    if (module === undefined) return undefined;
    const specifiers = [...this.managed.keys()].map((each) => (each.moduleSpecifier as ts.StringLiteral).text);
    const relative = specifiers.find((each) => each.startsWith(".")) ?? "./x";
    return this.need(this.specifierLike(relative, newModule(module, fileOf(entity), kind)), name, isType);
  }

  /** Rewrites what imports and exports, and specifiers elsewhere. */
  replace(node: ts.Node): string | undefined {
    if (ts.isImportDeclaration(node)) return this.managed.has(node) ? hole(node) : undefined;
    if (ts.isExportDeclaration(node)) return this.exportOf(node);
    if (ts.isStringLiteral(node) && isModuleCall(node)) return this.moduleLiteral(node);
    return undefined;
  }

  /** A name or a chain of names that means a message or an enum gets its new name. Others are kept. */
  reference(node: ts.Node): string | undefined {
    const isChain = ts.isPropertyAccessExpression(node) || ts.isQualifiedName(node);
    if (!isChain && !(ts.isIdentifier(node) && isReference(node))) return undefined;
    const entity = this.world.entityOf(this.world.symbolOf(node));
    const { desc } = entity ?? {};
    if (entity !== undefined && (desc?.kind === "message" || desc?.kind === "enum") && entity.as === "shape") {
      const name = namesOf(desc.file).shape(desc);
      const text = this.refer(node, entity, name, isTypePosition(node));
      if (text === undefined) return undefined;
      if (text !== node.getText()) this.count("name");
      return ts.isShorthandPropertyAssignment(node.parent) && text !== node.getText()
        ? `${node.getText()}: ${text}`
        : text;
    }
    if (ts.isIdentifier(node)) this.keep(node);
    return undefined;
  }

  /** Puts the imports in their places. `head` is what stands before the first statement. */
  place(head: string, body: string): string {
    let text = body;
    for (const managed of this.managed.values()) text = this.fill(text, managed);
    const rest = [...this.needed]
      .filter(([, names]) => names.size > 0)
      .map(([module, names]) => this.print(module, names));
    if (this.hoisted.size > 0) rest.push("", ...this.hoisted.values());
    if (rest.length === 0) return head + text;
    const added = rest.join("\n");
    const at = endOfImports(text);
    return head + (at === 0 ? `${added}\n${text}` : `${text.slice(0, at)}\n${added}${text.slice(at)}`);
  }

  private fill(text: string, { declaration, module, kept }: Managed): string {
    const specifier = (declaration.moduleSpecifier as ts.StringLiteral).text;
    const isWhole = importedNames(declaration).every((name) => kept.has(name)) && kept.size > 0;
    const lines: string[] = [];
    if (isWhole && (module === undefined || this.specifierOf(declaration, undefined, "pb") === specifier))
      lines.push(declaration.getText());
    const remaining = this.remainingClause(declaration, kept);
    const target = module === undefined ? specifier : this.specifierOf(declaration, undefined, "pb");
    const wanted = [target, module?.protos.length === 1 ? this.specifierOf(declaration, undefined, "grpc") : target];
    if (remaining !== undefined && lines.length === 0)
      lines.push(
        `import ${remaining} from ${this.quoted(isNamespaceImport(declaration) ? target : specifier)}${this.end()}`,
      );
    if (declaration.importClause === undefined) lines.push(`import ${this.quoted(target)}${this.end()}`);
    for (const each of new Set(wanted)) {
      const names = this.needed.get(each);
      if (names === undefined || names.size === 0) continue;
      const isSame = each === specifier && sameNames(declaration, names);
      lines.push(isSame ? declaration.getText() : this.print(each, names));
      this.needed.delete(each);
    }
    const mark = hole(declaration);
    if (lines.length > 0) return text.replace(mark, () => lines.join("\n"));
    return text.replace(new RegExp(`${mark}[ \\t]*\\n?`), "");
  }

  /** The clause of an import without the names that nothing uses any more. */
  private remainingClause(declaration: ts.ImportDeclaration, kept: ReadonlySet<string>): string | undefined {
    const clause = declaration.importClause;
    if (clause === undefined || kept.size === 0) return undefined;
    const parts: string[] = [];
    if (clause.name !== undefined && kept.has(clause.name.text)) parts.push(clause.name.text);
    const bindings = clause.namedBindings;
    if (bindings !== undefined && ts.isNamespaceImport(bindings) && kept.has(bindings.name.text))
      parts.push(bindings.getText());
    if (bindings !== undefined && ts.isNamedImports(bindings)) {
      const names = bindings.elements.filter(({ name }) => kept.has(name.text)).map((each) => each.getText());
      if (names.length > 0) parts.push(`{ ${names.join(", ")} }`);
    }
    if (parts.length === 0) return undefined;
    return `${clause.isTypeOnly ? "type " : ""}${parts.join(", ")}`;
  }

  private print(module: string, names: ReadonlyMap<string, Import>): string {
    const all = [...names.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const isType = all.every((each) => each.isType);
    const list = all.map((each) => {
      const name = each.name === each.local ? each.name : `${each.name} as ${each.local}`;
      return each.isType && !isType ? `type ${name}` : name;
    });
    const line = `import ${isType ? "type " : ""}{ ${list.join(", ")} } from ${this.quoted(module)}${this.end()}`;
    if (line.length <= LINE) return line;
    return line.replace(/\{ .* \}/, () => `{\n${list.map((each) => `  ${each},\n`).join("")}}`);
  }

  private quoted(text: string): string {
    return this.quote + text + this.quote;
  }

  private end(): string {
    return this.isTerminated ? ";" : "";
  }

  /** The module of our generated code in the place of the one that a declaration imports. */
  private specifierOf(declaration: ts.ImportDeclaration, entity: Entity | undefined, kind: Kind): string {
    const old = (declaration.moduleSpecifier as ts.StringLiteral).text;
    const module = this.managed.get(declaration)?.module;
    if (module === undefined) return old;
    const proto = entity === undefined ? module.protos[0]! : fileOf(entity);
    const isWkt = proto.proto.package === "google.protobuf" && kind === "pb";
    return isWkt ? WKT : this.specifierLike(old, newModule(module, proto, kind));
  }

  /** A specifier for a module, as this file would import it: its style is that of the old one. */
  private specifierLike(old: string, module: string): string {
    const extension = /\.[cm]?[jt]sx?$/.exec(old)?.[0] ?? "";
    if (!old.startsWith(".")) return posix.join(posix.dirname(old), posix.basename(module)) + extension;
    const path = posix.relative(dirname(this.source.fileName), module);
    return `${path.startsWith(".") ? path : `./${path}`}${extension}`;
  }

  private exportOf(node: ts.ExportDeclaration): string | undefined {
    const module = node.moduleSpecifier && this.world.moduleOf(node.moduleSpecifier);
    if (node.moduleSpecifier === undefined || module === undefined) return undefined;
    const old = (node.moduleSpecifier as ts.StringLiteral).text;
    const specifier = this.specifierLike(old, newModule(module, module.protos[0]!, "pb"));
    if (specifier !== old) this.count("import");
    if (node.exportClause === undefined || !ts.isNamedExports(node.exportClause))
      return node.getText().replace(node.moduleSpecifier.getText(), this.quoted(specifier));
    const names = node.exportClause.elements.flatMap((each) => {
      const entity = this.world.entityOf(this.world.symbolOf(each.name));
      if (entity?.desc.kind === "service") return [each.getText()];
      if (entity?.as !== "shape" || entity.desc.kind === "oneof") {
        this.leave(each, `${each.name.text} has no counterpart in our generated code: it is not exported again`);
        return [];
      }
      const name = namesOf(entity.desc.file).shape(entity.desc);
      const isPlain = (each.propertyName ?? each.name).text === name;
      return [isPlain ? each.getText() : `${name} as ${each.name.text}`];
    });
    if (names.length === 0) return "";
    return `export ${node.isTypeOnly ? "type " : ""}{ ${names.join(", ")} } from ${this.quoted(specifier)}${this.end()}`;
  }

  /** The specifier in `require("…")`, `import("…")` or `jest.mock("…")`. */
  private moduleLiteral(node: ts.StringLiteral): string | undefined {
    const { resolvedModule } = ts.resolveModuleName(
      node.text,
      this.source.fileName,
      this.world.program.getCompilerOptions(),
      ts.sys,
    );
    const module = resolvedModule && this.world.generated.get(resolvedModule.resolvedFileName);
    if (module === undefined) return undefined;
    const kind = /_grpc_pb$/.test(node.text.replace(/\.[cm]?[jt]s$/, "")) ? "grpc" : "pb";
    const specifier = this.specifierLike(node.text, newModule(module, module.protos[0]!, kind));
    if (specifier !== node.text) this.count("import");
    return this.quoted(specifier);
  }

  private importsEntities(declaration: ts.ImportDeclaration): boolean {
    const bindings = declaration.importClause?.namedBindings;
    const { world } = this;
    if (bindings === undefined) return false;
    if (ts.isNamespaceImport(bindings)) {
      const module = world.checker.getSymbolAtLocation(declaration.moduleSpecifier);
      if (module === undefined || module.declarations?.some((each) => isInstalled(each.getSourceFile().fileName)))
        return false;
      return world.checker
        .getExportsOfModule(module)
        .some((each) => world.entityOf(world.behindAlias(each)) !== undefined);
    }
    return bindings.elements.some(({ name }) => world.entityOf(world.symbolOf(name)) !== undefined);
  }

  /** The import that a name comes from. */
  private importOf(
    root: ts.Node,
  ): { declaration: ts.ImportDeclaration; isNamespace: boolean; isAlias: boolean } | undefined {
    const declared = this.world.checker.getSymbolAtLocation(root)?.declarations?.[0];
    if (declared === undefined) return undefined;
    const declaration = ts.findAncestor(declared, ts.isImportDeclaration);
    if (declaration === undefined || !this.managed.has(declaration)) return undefined;
    const isAlias = ts.isImportSpecifier(declared) && declared.propertyName !== undefined;
    return { declaration, isNamespace: ts.isNamespaceImport(declared), isAlias };
  }

  private keep(node: ts.Identifier): void {
    const from = this.importOf(node);
    if (from !== undefined) this.managed.get(from.declaration)!.kept.add(node.text);
  }

  /** Whether a name is that of an import which goes away. */
  private isReplaced(name: string): boolean {
    return [...this.managed.values()].some(({ declaration }) => importedNames(declaration).includes(name));
  }
}

function fileOf({ desc }: Entity): Generated["protos"][number] {
  return desc.kind === "oneof" ? desc.parent.file : desc.file;
}

const hole = (node: ts.ImportDeclaration): string => `\u0000import ${node.pos}\u0000`;

function endOfImports(text: string): number {
  const source = ts.createSourceFile("x.tsx", text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TSX);
  return source.statements.filter(ts.isImportDeclaration).at(-1)?.end ?? 0;
}

function importedNames(declaration: ts.ImportDeclaration): string[] {
  const { name, namedBindings } = declaration.importClause ?? {};
  const more =
    namedBindings === undefined
      ? []
      : ts.isNamespaceImport(namedBindings)
        ? [namedBindings.name.text]
        : namedBindings.elements.map((each) => each.name.text);
  return [...(name === undefined ? [] : [name.text]), ...more];
}

function isNamespaceImport(declaration: ts.ImportDeclaration): boolean {
  const bindings = declaration.importClause?.namedBindings;
  return bindings !== undefined && ts.isNamespaceImport(bindings);
}

function sameNames(declaration: ts.ImportDeclaration, names: ReadonlyMap<string, Import>): boolean {
  const old = importedNames(declaration);
  return old.length === names.size && [...names.values()].every(({ local }) => old.includes(local));
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isImportDeclaration(statement)) return importedNames(statement);
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  const { name } = statement as ts.Statement & { readonly name?: ts.Node };
  return name !== undefined && ts.isIdentifier(name) ? [name.text] : [];
}

/** The first name of a chain. */
function rootOf(node: ts.Node): ts.Node {
  if (ts.isPropertyAccessExpression(node)) return rootOf(node.expression);
  if (ts.isQualifiedName(node)) return rootOf(node.left);
  return node;
}

/** Whether an identifier refers to something, rather than naming it. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  if (ts.isImportSpecifier(parent) || ts.isImportClause(parent) || ts.isNamespaceImport(parent)) return false;
  if (ts.isExportSpecifier(parent)) return (parent.propertyName ?? parent.name) === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  return (parent as ts.Node & { readonly name?: ts.Node }).name !== node;
}

function isTypePosition(node: ts.Node): boolean {
  if (ts.isTypeQueryNode(node.parent)) return false;
  if (ts.isExpressionWithTypeArguments(node.parent)) {
    const clause = node.parent.parent;
    return ts.isHeritageClause(clause) && clause.token === ts.SyntaxKind.ImplementsKeyword;
  }
  return (
    ts.isPartOfTypeNode(node) ||
    ts.isTypeNode(node.parent) ||
    (ts.isQualifiedName(node.parent) && isTypePosition(node.parent))
  );
}

const MOCKS = /^(jest|vi)\.(mock|unmock|doMock|requireActual|requireMock|importActual)$/;

function isModuleCall(node: ts.StringLiteral): boolean {
  const call = node.parent;
  if (ts.isLiteralTypeNode(call)) return ts.isImportTypeNode(call.parent);
  if (!ts.isCallExpression(call) || call.arguments[0] !== node) return false;
  const callee = call.expression;
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword || /^require$/.test(callee.getText()) || MOCKS.test(callee.getText())
  );
}
