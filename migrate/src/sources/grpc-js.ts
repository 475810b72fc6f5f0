import type { DescFile, DescService } from "@bufbuild/protobuf";
import { namesOf } from "@protoloom/plugin-kit";
import { ts } from "ts-morph";
import type { FileRewrite } from "../file-rewrite.js";
import type { Entity } from "../source.js";

const BRIDGE = "@protoloom/rpc/grpc-js";

/** How a generator names what it writes for a service. */
export interface ServiceNames {
  client(name: string): string[];
  definition(name: string): string[];
  handlers(name: string): string[];
  /** Clients that are no clients of grpc-js. */
  generic?(name: string): string[];
}

/** The names that a file has for its services. */
export function serviceEntities(file: DescFile, names: ServiceNames): Map<string, Entity> {
  const found = new Map<string, Entity>();
  for (const desc of file.services) {
    for (const as of ["client", "definition", "handlers", "generic"] as const)
      for (const name of names[as]?.(desc.name) ?? []) found.set(name, { desc, as });
  }
  return found;
}

/** The services of grpc-js. Clients and servers stay, and get our messages from the bridge of `@protoloom/rpc`. */
export function replaceGrpcJs(node: ts.Node, file: FileRewrite): string | undefined {
  const isChain = ts.isPropertyAccessExpression(node) || ts.isQualifiedName(node);
  if (!isChain && !ts.isIdentifier(node)) return undefined;
  if (ts.isIdentifier(node) && isNameOnly(node)) return undefined;
  const entity = file.world.entityOf(file.world.symbolOf(node));
  if (entity?.desc.kind !== "service" || entity.as === "generic") return undefined;
  const service = referTo(node, entity as Entity & { desc: DescService }, file);
  if (service === undefined) return file.leave(node, "the service is not imported here");
  const isType = ts.isTypeReferenceNode(node.parent) || ts.isExpressionWithTypeArguments(node.parent);
  file.count("service");
  switch (entity.as) {
    case "client": {
      if (isType) return `${file.imports.need(BRIDGE, "GrpcJsClient", true)}<typeof ${service}>`;
      const made = `${file.imports.need(BRIDGE, "toGrpcJsClient")}(${service})`;
      return ts.isNewExpression(node.parent) && node.parent.expression === node ? `(${made})` : made;
    }
    case "handlers":
      return `${file.imports.need(BRIDGE, "GrpcJsHandlers", true)}<typeof ${service}>`;
    default:
      if (isType)
        return file.leave(node, "the type of a service's definition: write the type of what toGrpcJs returns");
      return `${file.imports.need(BRIDGE, "toGrpcJs")}(${service})`;
  }
}

function referTo(node: ts.Node, entity: Entity & { desc: DescService }, file: FileRewrite): string | undefined {
  return file.imports.refer(node, entity, namesOf(entity.desc.file).descriptor(entity.desc), false, "grpc");
}

/** Whether an identifier is a part of a longer name, or declares one. */
function isNameOnly(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return true;
  if (ts.isQualifiedName(parent) && parent.right === node) return true;
  return ts.isImportSpecifier(parent) || ts.isImportClause(parent) || ts.isNamespaceImport(parent);
}
