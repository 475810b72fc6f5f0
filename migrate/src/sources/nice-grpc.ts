import type { DescService } from "@bufbuild/protobuf";
import { namesOf } from "@protoloom/plugin-kit";
import { ts } from "ts-morph";
import type { FileRewrite } from "../file-rewrite.js";
import type { Entity } from "../source.js";

const RPC = "@protoloom/rpc";

/** The names of nice-grpc that our runtime has under another name. */
const renamed: Readonly<Record<string, string>> = {
  createClient: "createClient",
  createServer: "createServer",
  ServerError: "StatusError",
  ClientError: "StatusError",
  Status: "Code",
  Server: "Server",
  CallContext: "Context",
  CallOptions: "CallOptions",
};

/** Types among them. */
const types: ReadonlySet<string> = new Set(["Server", "CallContext", "CallOptions"]);

/** Clients and servers of nice-grpc, which have the form of ours. */
export function replaceNiceGrpc(node: ts.Node, file: FileRewrite): string | undefined {
  if (ts.isCallExpression(node)) return call(node, file);
  if (ts.isPropertyAccessExpression(node)) return property(node, file);
  if (ts.isTypeReferenceNode(node)) return typeReference(node, file);
  if (!ts.isIdentifier(node) || !isReference(node)) return undefined;
  const entity = serviceOf(node, file);
  if (entity !== undefined) return service(node, entity, file);
  const name = fromNiceGrpc(node, file);
  const ours = name === undefined ? undefined : renamed[name];
  if (name === undefined || ours === undefined || !Object.hasOwn(renamed, name)) return undefined;
  file.count("service");
  return file.imports.need(RPC, ours, types.has(name));
}

function isReference({ parent }: ts.Identifier): boolean {
  return !ts.isImportSpecifier(parent) && !ts.isImportClause(parent);
}

function serviceOf(node: ts.Node, { world }: FileRewrite): (Entity & { desc: DescService }) | undefined {
  const symbol = world.symbolOf(node);
  const entity = world.entityOf(symbol);
  if (entity?.desc.kind !== "service" || symbol === undefined) return undefined;
  const isOfNiceGrpc =
    /Definition$|ServiceImplementation$/.test(symbol.name) ||
    (entity.as === "client" && symbol.declarations!.every((each) => ts.isInterfaceDeclaration(each)));
  return isOfNiceGrpc ? (entity as Entity & { desc: DescService }) : undefined;
}

function service(node: ts.Node, { desc, as }: Entity & { desc: DescService }, file: FileRewrite): string | undefined {
  const name = namesOf(desc.file).descriptor(desc);
  const wanted = { client: `${name}Client`, handlers: `${name}Handlers` }[as] ?? name;
  file.count("service");
  return file.imports.refer(node, { desc, as }, wanted, as !== "definition", "grpc");
}

function typeReference(node: ts.TypeReferenceNode, file: FileRewrite): string | undefined {
  const entity = serviceOf(node.typeName, file);
  if (entity !== undefined) return service(node.typeName, entity, file);
  if (fromNiceGrpc(node.typeName, file) !== "Channel") return undefined;
  file.count("service");
  return `ReturnType<typeof ${file.imports.need(`${RPC}/grpc`, "grpcTransport")}>`;
}

/** The name of an export of nice-grpc. */
function fromNiceGrpc(node: ts.Node, { world }: FileRewrite): string | undefined {
  const declared = world.checker.getSymbolAtLocation(node)?.declarations?.[0];
  if (declared === undefined || !ts.isImportSpecifier(declared)) return undefined;
  const from = declared.parent.parent.parent;
  if (!ts.isImportDeclaration(from)) return undefined;
  if (!/^nice-grpc(-common)?$/.test((from.moduleSpecifier as ts.StringLiteral).text)) return undefined;
  return (declared.propertyName ?? declared.name).text;
}

function call(node: ts.CallExpression, file: FileRewrite): string | undefined {
  const name = fromNiceGrpc(node.expression, file);
  const [first, ...more] = node.arguments;
  if (name === "Metadata") {
    file.count("service");
    return first === undefined ? "{}" : file.emit(first);
  }
  if (name === "createChannel" && first !== undefined) {
    if (more.length > 0) return file.leave(node, "credentials and options of a channel are options of grpcTransport");
    file.count("service");
    const address = file.emit(first);
    return `${file.imports.need(`${RPC}/grpc`, "grpcTransport")}({ address${address === "address" ? "" : `: ${address}`} })`;
  }
  if (!ts.isPropertyAccessExpression(node.expression) || !isOf(node.expression, "Server", file)) return undefined;
  const server = file.emit(node.expression.expression);
  switch (node.expression.name.text) {
    case "shutdown":
      file.count("service");
      return `${server}.close()`;
    case "forceShutdown":
      file.count("service");
      return `${server}.close({ grace: 0 })`;
    default:
      return undefined;
  }
}

/** `error.details` is its text. */
function property(node: ts.PropertyAccessExpression, file: FileRewrite): string | undefined {
  if (fromNiceGrpc(node.expression, file) === "Status") {
    file.count("service");
    return `${file.imports.need(RPC, "Code")}.${pascal(node.name.text)}`;
  }
  if (node.name.text !== "details" || !(isOf(node, "ClientError", file) || isOf(node, "ServerError", file)))
    return undefined;
  file.count("service");
  return `${file.emit(node.expression)}${node.questionDotToken === undefined ? "." : "?."}text`;
}

function pascal(name: string): string {
  return name
    .split("_")
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join("");
}

/** Whether a member is one of a type of nice-grpc. */
function isOf(node: ts.PropertyAccessExpression, name: string, { world }: FileRewrite): boolean {
  const type = world.checker.getNonNullableType(world.checker.getTypeAtLocation(node.expression));
  const symbol = type.aliasSymbol ?? type.getSymbol();
  return symbol?.name === name && symbol.declarations?.[0]?.getSourceFile().fileName.includes("/nice-grpc") === true;
}
