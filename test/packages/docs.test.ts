/**
 * Every declaration that a package exports has a doc comment, and so does every member of it. Editors show these comments
 * and no other documentation. A member that implements a documented one needs none of its own.
 */
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { type ClassDeclaration, type JSDocableNode, Node, Project, type SourceFile } from "ts-morph";
import { entries } from "../../scripts/entries.mjs";

const root = join(import.meta.dirname, "../..");
/** The functions that users call first. Each has an example. */
const first: Readonly<Record<string, readonly string[]>> = {
  "@protoloom/protobuf": [
    "ProtobufError",
    "getExtension",
    "setExtension",
    "sizeDelimitedEncode",
    "sizeDelimitedDecodeStream",
  ],
  "@protoloom/rpc": ["createClient", "createServer", "Server.listen", "inMemoryTransport", "StatusError"],
  "@protoloom/rpc/grpc": ["grpcTransport"],
  "@protoloom/rpc/grpc-js": ["grpcJsTransport"],
  "@protoloom/rpc/connect": ["connectTransport"],
  "@protoloom/rpc/health": ["createHealth"],
  "@protoloom/rpc/reflection": ["addReflection"],
  "@protoloom/envoy": ["emitResources", "checkMessage"],
  "@protoloom/plugin-kit": ["createEcmaScriptPlugin", "runNodeJs"],
  "@protoloom/protoc-gen-compat": ["check", "gate"],
  "@protoloom/control-plane": ["ControlPlane", "DiscoveryServer", "SnapshotCache", "registerWith"],
};

const project = new Project({
  compilerOptions: { module: 199, moduleResolution: 99, target: 9 }, // nodenext, es2022
  skipLoadingLibFiles: true,
  skipAddingFilesFromTsConfig: true,
});

describe.each(entries)("$name", ({ name, source }) => {
  const file = project.addSourceFileAtPath(join(root, source));

  test("has a doc comment on everything that it exports", () => {
    expect(undocumented(file)).toEqual([]);
  });

  test("has an example where users begin", () => {
    const exported = file.getExportedDeclarations();
    const without = (first[name] ?? []).filter((path) => {
      const [owner, member] = path.split(".");
      const nodes = exported.get(owner!) ?? [];
      const found =
        member === undefined
          ? nodes
          : nodes.flatMap((node) => membersOf(node).filter((each) => nameOf(each) === member));
      return !found.some((node) =>
        docsOf(node).some((doc) => doc.getTags().some((tag) => tag.getTagName() === "example")),
      );
    });
    expect(without).toEqual([]);
  });
});

describe("what is missing is seen", () => {
  test.each([
    ["an interface", "export interface A {}", ["A"]],
    ["a field", "/** A. */ export interface A { b: string }", ["A.b"]],
    ["a method", "/** A. */ export class A { b(): void {} }", ["A.b"]],
    ["a constant", "export const a = 1;", ["a"]],
    ["nothing: a comment", "/** A. */ export interface A {\n/** B. */ b: string }", []],
    ["nothing: a private member", "/** A. */ export class A { private b = 1; #c = 1; }", []],
    ["nothing: a discriminant", '/** A. */ export interface A { kind: "a" }', []],
    [
      "nothing: a member of a documented interface",
      "/** A. */ export interface A {\n/** B. */ b: string }\n/** C. */ export class C implements A { b = 1; }",
      [],
    ],
  ])("%s", (_, text, missing) => {
    expect(undocumented(project.createSourceFile("planted.ts", text, { overwrite: true }))).toEqual(missing);
  });
});

function undocumented(file: SourceFile): string[] {
  return [...file.getExportedDeclarations()].flatMap(([name, nodes]) => {
    const own = nodes.filter((node) => !/\/(gen|node_modules)\//.test(node.getSourceFile().getFilePath()));
    if (own.length === 0) return [];
    const itself = own.some((node) => docsOf(node).length > 0) ? [] : [name]; // one of the overloads, or of type and value
    const members = own.flatMap((node) => membersOf(node).filter((member) => needsDoc(member, node)));
    return [...itself, ...new Set(members.map((member) => `${name}.${nameOf(member)}`))];
  });
}

function docsOf(node: Node) {
  const holder = Node.isVariableDeclaration(node) ? node.getVariableStatement() : node;
  return (holder as (Node & Partial<JSDocableNode>) | undefined)?.getJsDocs?.() ?? [];
}

function membersOf(node: Node): Node[] {
  return Node.isInterfaceDeclaration(node) || Node.isClassDeclaration(node) ? node.getMembers() : [];
}

function nameOf(member: Node): string {
  return Node.hasName(member) ? member.getName() : member.getText();
}

function needsDoc(member: Node, owner: Node): boolean {
  if (Node.isConstructorDeclaration(member) || Node.isConstructSignatureDeclaration(member)) return false;
  if (Node.isCallSignatureDeclaration(member)) return false; // told by the interface
  if (Node.isModifierable(member) && (member.hasModifier("private") || member.hasModifier("override"))) return false;
  if (/^(#|\[Symbol\.)/.test(nameOf(member))) return false;
  if (Node.isPropertySignature(member) && Node.isLiteralTypeNode(member.getTypeNode())) return false; // a discriminant
  if (
    docsOf(member).length > 0 ||
    (Node.isMethodDeclaration(member) && member.getOverloads().some((each) => docsOf(each).length > 0))
  )
    return false;
  return !(Node.isClassDeclaration(owner) && isInherited(nameOf(member), owner));
}

function isInherited(name: string, owner: ClassDeclaration): boolean {
  return [...owner.getImplements(), ...(owner.getExtends() === undefined ? [] : [owner.getExtends()!])].some((base) =>
    base
      .getType()
      .getProperty(name)
      ?.getDeclarations()
      .some((each) => docsOf(each).length > 0),
  );
}
