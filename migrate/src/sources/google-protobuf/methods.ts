import type { DescMessage } from "@bufbuild/protobuf";
import { ts } from "ts-morph";
import type { FileRewrite } from "../../file-rewrite.js";
import { typesOf } from "../../schema.js";
import type { Entity } from "../../source.js";
import { accessesOf, accessor } from "./accessors.js";
import { casesObject } from "./constants.js";
import { wellKnown } from "./well-known.js";

/** Methods of messages, and of well-known types. */
export function method(
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  file: FileRewrite,
): string | undefined {
  const name = callee.name.text;
  const entity = file.world.memberOf(callee)?.owner ?? inherited(callee, file);
  if (entity === undefined) return bases(node, callee, file);
  if (entity.desc.kind !== "message" || entity.as !== "shape") return undefined;
  const known = entity.desc.typeName.startsWith("google.protobuf.")
    ? wellKnown(node, callee, entity.desc, file)
    : undefined;
  if (known !== undefined) return known;
  const dot = callee.questionDotToken === undefined ? "." : "?.";
  switch (name) {
    case "serializeBinary":
      file.count("binary");
      return `${file.emit(callee.expression)}${dot}toBinary()`;
    case "deserializeBinary": {
      const [bytes] = node.arguments;
      if (bytes && file.world.checker.getTypeAtLocation(bytes).flags & ts.TypeFlags.StringLike)
        return file.leave(node, "fromBinary takes bytes, not base64");
      file.count("binary");
      return `${file.emit(callee.expression)}.fromBinary(${bytes === undefined ? "" : file.emit(bytes)})`;
    }
    case "clone":
    case "cloneMessage":
      file.count("clone");
      return `${file.emit(callee.expression)}${dot}clone()`;
    case "toObject":
      if (ts.isPropertyAccessExpression(node.parent)) {
        file.count("toObject");
        return file.emit(callee.expression);
      }
      return file.leave(node, "toObject has no counterpart of the same shape: use the message itself, or toJson()");
    default:
      return file.leave(node, `no counterpart of ${name} is known`);
  }
}

/** The entity of an instance whose method comes from jspb.Message. */
function inherited(callee: ts.PropertyAccessExpression, file: FileRewrite): Entity | undefined {
  if (!/^(cloneMessage|clone|toObject|serializeBinary)$/.test(callee.name.text)) return undefined;
  return file.instanceOf(callee.expression);
}

/** The static functions of jspb.Message. */
function bases(node: ts.CallExpression, callee: ts.PropertyAccessExpression, file: FileRewrite): string | undefined {
  if (!/(^|\.)Message$/.test(callee.expression.getText())) return undefined;
  const [first, second] = node.arguments;
  if (first === undefined || file.instanceOf(first)?.desc.kind !== "message") return undefined;
  if (callee.name.text === "equals" && second !== undefined) {
    file.count("equals");
    return `${file.emit(first)}.equals(${file.emit(second)})`;
  }
  if (/^clone(Message)?$/.test(callee.name.text)) {
    file.count("clone");
    return `${file.emit(first)}.clone()`;
  }
  return file.leave(node, `no counterpart of jspb.Message.${callee.name.text} is known`);
}

/** A property that is not called: a function as a value, or a property of what toObject returned. */
export function reader(node: ts.PropertyAccessExpression, file: FileRewrite): string | undefined {
  if (node.name.text === "name" && file.world.messageNamed(node.expression) !== undefined)
    return file.leave(node, "a class of google-protobuf has no name, and ours has: comparisons of names may differ");
  const entity = file.world.entityOf(file.world.symbolOf(node));
  if (entity?.desc.kind === "oneof")
    return ts.isPropertyAccessExpression(node.parent) ? undefined : casesObject(entity.desc, file);
  if (entity !== undefined) return undefined;
  const member = file.world.memberOf(node);
  if (member === undefined) return untyped(node, file);
  if (member.owner.desc.kind !== "message") return undefined;
  const { owner, name } = member;
  if (owner.as === "object") return objectProperty(node, owner.desc as DescMessage, file);
  if (ts.isCallExpression(node.parent) && node.parent.expression === node) return undefined;
  if (name === "deserializeBinary") {
    file.count("binary");
    return `${file.emit(node.expression)}.fromBinary`;
  }
  return file.leave(node, `${name} is a property now: there is no function to pass on`);
}

const NO_FUNCTION = "accessors are properties now: there is no function to replace";

/** `(order as any).getAuthor`, which tests assign to. */
function untyped(node: ts.PropertyAccessExpression, file: FileRewrite): undefined {
  let inner: ts.Expression = node.expression;
  while (ts.isParenthesizedExpression(inner) || ts.isAsExpression(inner)) inner = inner.expression;
  if (inner !== node.expression && isAccessorOf(inner, node.name.text, file)) file.leave(node, NO_FUNCTION);
}

/** `jest.spyOn(order, "getAuthor")`. */
export function mocked(node: ts.StringLiteral, file: FileRewrite): undefined {
  const { parent } = node;
  if (!ts.isCallExpression(parent) || parent.arguments[1] !== node) return;
  if (isAccessorOf(parent.arguments[0]!, node.text, file)) file.leave(parent, NO_FUNCTION);
}

/** `request.getAuthor()` where no type tells what the request is. */
export function callOfAny(node: ts.CallExpression, callee: ts.PropertyAccessExpression, file: FileRewrite): undefined {
  const { world } = file;
  const [, verb] = ACCESSOR.exec(callee.name.text) ?? [];
  const isWithValue = verb === "set" || verb === "add";
  if (verb === undefined || node.typeArguments !== undefined || node.arguments.length > 0 !== isWithValue) return;
  if (!(world.checker.getTypeAtLocation(callee.expression).flags & ts.TypeFlags.Any)) return;
  const all = [...world.generated.values()].flatMap(({ protos }) => protos.flatMap((each) => typesOf(each)));
  if (all.some((type) => type.kind === "message" && accessesOf(type).has(callee.name.text)))
    file.leave(node, "the receiver is of type any: if it is a message, this is a property now");
}

const ACCESSOR = /^(get|set|has|clear|add)[A-Z]/;

function isAccessorOf(message: ts.Expression, name: string, file: FileRewrite): boolean {
  const entity = file.instanceOf(message);
  return entity?.desc.kind === "message" && accessesOf(entity.desc).has(name);
}

/** A property of a message's plain object, whose lists and maps have names of their own. */
function objectProperty(
  node: ts.PropertyAccessExpression,
  message: DescMessage,
  file: FileRewrite,
): string | undefined {
  const field = message.fields.find(({ name, fieldKind }) => {
    const text = accessor(name);
    const plain = text.charAt(0).toLowerCase() + text.slice(1);
    return node.name.text === plain + (fieldKind === "list" ? "List" : fieldKind === "map" ? "Map" : "");
  });
  if (field === undefined) return undefined;
  file.count("toObject");
  if (field.fieldKind === "map") return file.leave(node, "toObject gave a map as pairs: it is a plain object");
  if (field.oneof !== undefined)
    return file.leave(node, "toObject gave members of a oneof as properties: read its case");
  return `${file.emit(node.expression)}${node.questionDotToken ? "?." : "."}${field.localName}`;
}
