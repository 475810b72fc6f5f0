import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { namesOf } from "@protoloom/plugin-kit";
import { ts } from "ts-morph";
import type { FileRewrite } from "../../file-rewrite.js";
import { accessesOf } from "./accessors.js";
import { typeOfWrapper } from "./well-known.js";

/** The types of plain objects, cases and wrappers, and those of jspb. */
export function typeReference(node: ts.TypeReferenceNode, file: FileRewrite): string | undefined {
  if (node.typeName.getText() === "ReturnType") return getterType(node, file);
  const entity = file.world.entityOf(file.world.symbolOf(node.typeName));
  if (entity === undefined) return jspbType(node, file);
  if (entity.desc.kind === "oneof") {
    const { parent, localName: oneof } = entity.desc;
    const owner = file.imports.refer(
      node.typeName,
      { desc: parent, as: "shape" },
      namesOf(parent.file).shape(parent),
      true,
    );
    file.count("oneof");
    if (owner === undefined) return undefined;
    const isKey = ts.isTypeReferenceNode(node.parent) && node.parent.typeName.getText() === "Record";
    return isKey ? `NonNullable<${owner}["${oneof}"]["case"]>` : `${owner}["${oneof}"]["case"]`;
  }
  if (entity.desc.kind !== "message") return undefined;
  if (entity.as === "object") {
    file.count("toObject");
    return file.imports.refer(node.typeName, entity, namesOf(entity.desc.file).shape(entity.desc), true);
  }
  if (!isWrapperDesc(entity.desc)) return undefined;
  file.count("wrapper");
  return typeOfWrapper(entity.desc);
}

/** `ReturnType<Order["getAuthor"]>` is `Order["author"]`. */
function getterType(node: ts.TypeReferenceNode, file: FileRewrite): string | undefined {
  const [argument] = node.typeArguments ?? [];
  if (argument === undefined || !ts.isIndexedAccessTypeNode(argument) || !ts.isTypeReferenceNode(argument.objectType))
    return undefined;
  const entity = file.world.entityOf(file.world.symbolOf(argument.objectType.typeName));
  const index = argument.indexType;
  if (entity?.desc.kind !== "message" || !ts.isLiteralTypeNode(index) || !ts.isStringLiteral(index.literal))
    return undefined;
  const access = accessesOf(entity.desc).get(index.literal.text);
  if (access === undefined || access.kind === "case" || access.verb !== "get" || access.field.oneof !== undefined)
    return file.leave(node, "the getter is a property now");
  return `${file.emit(argument.objectType)}["${access.field.localName}"]`;
}

/** `jspb.Message`, the type of all messages. */
function jspbType(node: ts.TypeReferenceNode, file: FileRewrite): string | undefined {
  const declaration = file.world.symbolOf(node.typeName)?.declarations?.[0];
  if (declaration === undefined || !/google-protobuf\/index\.d\.ts$/.test(declaration.getSourceFile().fileName))
    return undefined;
  if (!ts.isClassDeclaration(declaration)) return undefined;
  if (declaration.name?.text === "Message") return file.imports.need("@protoloom/protobuf", "AnyMessage", true);
  if (declaration.name?.text === "Map" && node.typeArguments?.length === 2)
    return `{ [key: string]: ${file.emit(node.typeArguments[1]!)} }`;
  return file.leave(node, `no counterpart of jspb.${declaration.name?.text} is known`);
}

/** `StatusMap[keyof StatusMap]`, the type of an enum by ts-protoc-gen. */
export function enumType(node: ts.IndexedAccessTypeNode, file: FileRewrite): string | undefined {
  if (!ts.isTypeReferenceNode(node.objectType)) return undefined;
  const entity = file.world.entityOf(file.world.symbolOf(node.objectType.typeName));
  if (entity?.as !== "map" || entity.desc.kind !== "enum") return undefined;
  file.count("enum");
  return file.imports.refer(node.objectType.typeName, entity, namesOf(entity.desc.file).shape(entity.desc), true);
}
