import { ts } from "ts-morph";
import type { FileRewrite } from "../../file-rewrite.js";
import type { Peer } from "../../peer.js";
import { localName, typesOf } from "../../schema.js";
import type { Entity } from "../../source.js";
import { replaceGrpcJs, serviceEntities } from "../grpc-js.js";
import { accessed, accessor } from "./accessors.js";
import { caseInPlace } from "./cases.js";
import { constant, enumObject } from "./constants.js";
import { accessCall, chain } from "./fields.js";
import { mapCall } from "./maps.js";
import { callOfAny, method, mocked, reader } from "./methods.js";
import { narrowed } from "./narrowing.js";
import { enumType, typeReference } from "./types.js";
import { declarations, newWrapper } from "./well-known.js";

/** google-protobuf with `--js_out`, its declarations by grpc_tools_node_protoc_ts or ts-protoc-gen, and grpc-tools. */
export const googleProtobuf: Peer = {
  name: "google-protobuf",
  plugins: {
    local: ["js", "grpc", "grpc-web", "ts", "grpc_tools_node_protoc_ts"],
    remote: ["protocolbuffers/js", "grpc/node", "community/nipunn1313-mypy"],
    runtime: ["google-protobuf"],
    tools: ["@types/google-protobuf", "grpc-tools", "grpc_tools_node_protoc_ts", "ts-protoc-gen", "protoc-gen-js"],
  },
  runtime: /^google-protobuf($|\/)/,
  recognize(text, path) {
    if (!/_pb(_service)?\.d\.ts$/.test(path)) return undefined;
    return /^\/\/ package: .*\r?\n\/\/ file: (\S+\.proto)/m.exec(text.slice(0, 1000))?.[1];
  },
  shipped: (path) => {
    const [, name] = /google-protobuf\/(google\/protobuf\/[\w/]+)_pb\.d\.ts$/.exec(path) ?? [];
    return name && `${name}.proto`;
  },
  target: () => ({ int64: "number" }),
  entities(file, path) {
    if (/_grpc_pb\.d\.ts$/.test(path)) return serviceEntities(file, GRPC_NAMES);
    const found = new Map<string, Entity>();
    for (const desc of typesOf(file)) {
      const name = localName(desc);
      found.set(name, { desc, as: "shape" });
      if (desc.kind === "enum") {
        found.set(`${name}Map`, { desc, as: "map" });
        continue;
      }
      found.set(`${name}.AsObject`, { desc, as: "object" });
      for (const oneof of desc.oneofs) found.set(`${name}.${accessor(oneof.name)}Case`, { desc: oneof, as: "cases" });
    }
    return found;
  },
  replace(node, file) {
    const text = replaced(node, file);
    if (ts.isIdentifier(node)) return valueOfCase(node, text, file);
    return text === undefined || !ts.isCallExpression(node) ? text : caseInPlace(node, text, file);
  },
};

const GRPC_NAMES = {
  client: (name: string) => [`${name}Client`, `I${name}Client`],
  definition: (name: string) => [`${name}Service`, `I${name}Service`],
  handlers: (name: string) => [`I${name}Server`],
};

function call(node: ts.CallExpression, file: FileRewrite): string | undefined {
  const found = accessed(node, file);
  if (found !== undefined) return chain(node, file) ?? accessCall(node, found, file);
  if (!ts.isPropertyAccessExpression(node.expression)) return undefined;
  return (
    mapCall(node, node.expression, file) ??
    method(node, node.expression, file) ??
    callOfAny(node, node.expression, file)
  );
}

function replaced(node: ts.Node, file: FileRewrite): string | undefined {
  if (ts.isCallExpression(node)) return call(node, file) ?? replaceGrpcJs(node, file);
  if (ts.isNewExpression(node)) return newWrapper(node, file) ?? replaceGrpcJs(node, file);
  if (ts.isPropertyAccessExpression(node))
    return constant(node, file) ?? enumObject(node, file) ?? reader(node, file) ?? replaceGrpcJs(node, file);
  if (ts.isStringLiteral(node)) return mocked(node, file);
  if (ts.isVariableDeclarationList(node)) return declarations(node, file);
  if (ts.isTypeReferenceNode(node)) return typeReference(node, file) ?? replaceGrpcJs(node, file);
  if (ts.isIndexedAccessTypeNode(node)) return enumType(node, file);
  if (ts.isNonNullExpression(node)) return narrowed(node, file);
  return (ts.isIdentifier(node) ? enumObject(node, file) : undefined) ?? replaceGrpcJs(node, file);
}

/** A variable that holds the case of a oneof. */
function valueOfCase(node: ts.Identifier, text: string | undefined, file: FileRewrite): string | undefined {
  if (text !== undefined || !(ts.isExpression(node.parent) || ts.isTemplateSpan(node.parent))) return text;
  const inPlace = caseInPlace(node, node.text, file);
  return inPlace === node.text ? undefined : inPlace;
}
