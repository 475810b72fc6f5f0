/** The declarations of a generated module, as text that is equal for x_pb.ts and x_pb.d.ts if they agree. */
import {
  type ClassDeclaration,
  type ClassMemberTypes,
  type EnumDeclaration,
  type InterfaceDeclaration,
  type JSDocableNode,
  type ModuleDeclaration,
  Node,
  type ParameterDeclaration,
  type PropertyDeclaration,
  type PropertySignature,
  type SourceFile,
  type VariableDeclaration,
} from "ts-morph";

/** The exported declarations of a module and the members of its classes and enums, by their names. */
export function declarationsOf(file: SourceFile): Map<string, string> {
  const found = new Map<string, string>();
  const imported = importsOf(file);
  const add = (name: string, node: Node, text: string): void => {
    const key = found.has(name) ? `${name} ${found.size}` : name; // overloads, and a type beside a value
    found.set(key, `${docsOf(node)}${resolve(text, imported)}`);
  };
  for (const [name, nodes] of file.getExportedDeclarations()) {
    const isClass = nodes.some((node) => Node.isClassDeclaration(node));
    for (const node of nodes) {
      if (isClass && Node.isInterfaceDeclaration(node)) addProperties(add, name, node);
      else addDeclaration(add, name, node);
    }
  }
  return found;
}

type Add = (name: string, node: Node, text: string) => void;

function addDeclaration(add: Add, name: string, node: Node): void {
  if (Node.isClassDeclaration(node)) addClass(add, name, node);
  else if (Node.isEnumDeclaration(node)) addEnum(add, name, node);
  else if (Node.isModuleDeclaration(node)) addStatics(add, name, node);
  else if (Node.isVariableDeclaration(node)) add(name, node.getVariableStatementOrThrow(), variableText(name, node));
  else if (Node.isFunctionDeclaration(node)) add(name, node, `function ${name}${signatureOf(node)}`);
  else if (Node.isInterfaceDeclaration(node) || Node.isTypeAliasDeclaration(node)) {
    add(name, node, node.getText().replace(/^export (declare )?/, ""));
  } else
    throw new Error(`${node.getSourceFile().getBaseName()}: ${name} is a ${node.getKindName()}, which is not compared`);
}

function addClass(add: Add, name: string, node: ClassDeclaration): void {
  const base = node.getExtends()?.getText();
  add(name, node, `class ${name}${base === undefined ? "" : ` extends ${base}`}`);
  for (const member of node.getMembers()) {
    const [at, text] = memberText(member);
    add(`${name}.${at}`, member, text);
  }
}

/** An interface merged with a class declares properties of it. */
function addProperties(add: Add, name: string, node: InterfaceDeclaration): void {
  for (const member of node.getProperties()) add(`${name}.${member.getName()}`, member, propertyText(member));
}

/** A namespace merged with a class declares static properties of it. */
function addStatics(add: Add, name: string, node: ModuleDeclaration): void {
  for (const statement of node.getVariableStatements()) {
    for (const constant of statement.getDeclarations()) {
      const at = `static ${constant.getName()}`;
      add(`${name}.${at}`, statement, `static readonly ${constant.getName()}: ${typeOf(constant)}`);
    }
  }
}

function memberText(member: ClassMemberTypes): [name: string, text: string] {
  if (Node.isConstructorDeclaration(member)) return ["constructor", `constructor${signatureOf(member)}`];
  if (Node.isClassStaticBlockDeclaration(member)) throw new Error("a static block is nothing that is declared");
  const name = member.getName();
  const isStatic = member.isStatic() ? "static " : "";
  if (Node.isPropertyDeclaration(member)) return [`${isStatic}${name}`, `${isStatic}${propertyText(member)}`];
  const kind = Node.isGetAccessorDeclaration(member) ? "get " : Node.isSetAccessorDeclaration(member) ? "set " : "";
  return [`${isStatic}${kind}${name}`, `${isStatic}${kind}${name}${signatureOf(member)}`];
}

function propertyText(member: PropertyDeclaration | PropertySignature): string {
  const optional = member.hasQuestionToken() ? "?" : "";
  const readonly = member.isReadonly() ? "readonly " : "";
  return `${readonly}${member.getName()}${optional}: ${typeOf(member)}`;
}

function addEnum(add: Add, name: string, node: EnumDeclaration): void {
  add(name, node, `enum ${name}`);
  for (const member of node.getMembers()) add(`${name}.${member.getName()}`, member, member.getText());
}

function variableText(name: string, node: VariableDeclaration): string {
  return `const ${name}: ${typeOf(node)}`;
}

interface Callable {
  getTypeParameters(): { getText(): string }[];
  getParameters(): ParameterDeclaration[];
}

/** Type parameters, parameters and result, without the body. */
function signatureOf(node: Callable & Node): string {
  const types = node.getTypeParameters().map((type) => type.getText());
  const parameters = node.getParameters().map((parameter) => {
    const isOptional = parameter.hasQuestionToken() || parameter.hasInitializer();
    const rest = parameter.isRestParameter() ? "..." : "";
    return `${rest}${parameter.getName()}${isOptional ? "?" : ""}: ${parameter.getTypeNodeOrThrow().getText()}`;
  });
  const result = Node.isReturnTyped(node) ? node.getReturnTypeNode()?.getText() : undefined;
  return `${types.length > 0 ? `<${types.join(", ")}>` : ""}(${parameters.join(", ")})${result === undefined ? "" : `: ${result}`}`;
}

/** The type as it is written, or that of a literal `as const`. */
function typeOf(node: Node & Pick<VariableDeclaration, "getTypeNode" | "getInitializer">): string {
  const type = node.getTypeNode()?.getText();
  if (type !== undefined) return type;
  const initializer = node.getInitializer();
  const literal = Node.isAsExpression(initializer) ? initializer.getExpression() : initializer;
  if (literal !== undefined && Node.isLiteralLike(literal)) return literal.getText();
  throw new Error(`${node.getSourceFile().getBaseName()}: ${node.getText()} has no type that can be read`);
}

function docsOf(node: Node): string {
  const documented = node as Node & Partial<JSDocableNode>;
  return (documented.getJsDocs?.() ?? []).map((doc) => `${doc.getInnerText()}\n`).join("");
}

/** Local names of imports, and what they stand for. */
function importsOf(file: SourceFile): Map<string, string> {
  return new Map(
    file.getImportDeclarations().flatMap((each) =>
      each.getNamedImports().map((name) => {
        const local = name.getAliasNode()?.getText() ?? name.getName();
        return [local, `import("${each.getModuleSpecifierValue()}").${name.getName()}`] as const;
      }),
    ),
  );
}

/** A comment, a string, or a word that is not the name of a member or of a parameter. */
const reference = /\/\*.*?\*\/|"(?:[^"\\]|\\.)*"|(?<![.\w$])[\w$]+(?![\w$]|\??[:(]| =)/g;

/** The text in one line, with imports in full: the two files may call them differently. */
function resolve(text: string, imported: ReadonlyMap<string, string>): string {
  return text.replace(/\s+/g, " ").replace(reference, (word) => imported.get(word) ?? word);
}
