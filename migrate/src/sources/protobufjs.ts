import type { DescMessage } from "@bufbuild/protobuf";
import { namesOf } from "@protoloom/plugin-kit";
import { ts } from "ts-morph";
import type { FileRewrite } from "../file-rewrite.js";
import type { Peer } from "../peer.js";
import {
  initOf,
  instance,
  type PlainStyle,
  plainBinary,
  plainLiteral,
  plainNonNull,
  plainRead,
  receiver,
  wrapperValue,
} from "../plain-objects.js";
import { typesOf } from "../schema.js";
import type { Entity } from "../source.js";

const STYLE: PlainStyle = { wrappers: true, unset: "null", virtual: true };

/** protobufjs with static code: `pbjs -t static-module` and `pbts`. Its services, which are without a transport, are left. */
export const protobufjs: Peer = {
  name: "protobufjs",
  plugins: { local: ["pbjs"], remote: [], runtime: ["protobufjs", "long"], tools: ["protobufjs-cli"] },
  runtime: /^(protobufjs(\/minimal)?|long)$/,
  recognize(text, path) {
    const isStatic = path.endsWith(".d.ts") && /^import \* as \$protobuf from "protobufjs/m.test(text.slice(0, 2000));
    return isStatic ? "" : undefined;
  },
  target: (_options, _packages, texts) =>
    texts.some((text) => /\bnumber\s*\|\s*Long\b/.test(text)) ? {} : { int64: "number" },
  entities(file) {
    const found = new Map<string, Entity>();
    for (const desc of typesOf(file)) {
      const name = desc.typeName;
      found.set(name, { desc, as: "shape" });
      if (desc.kind === "enum") continue;
      found.set(name.replace(/[^.]+$/, "I$&"), { desc, as: "init" });
      for (const inner of ["$Properties", "$Shape"]) found.set(`${name}.${inner}`, { desc, as: "init" });
    }
    for (const desc of file.services) found.set(desc.typeName, { desc, as: "service" });
    return found;
  },
  replace(node, file) {
    if (ts.isCallExpression(node)) return call(node, file);
    if (ts.isNewExpression(node)) return construct(node, file);
    if (ts.isObjectLiteralExpression(node)) return plainLiteral(node, file, STYLE);
    if (ts.isPropertyAccessExpression(node))
      return enumValue(node, file) ?? service(node, file) ?? wrapperValue(node, file) ?? plainRead(node, file, STYLE);
    if (ts.isBinaryExpression(node)) return plainBinary(node, file, STYLE);
    if (ts.isNonNullExpression(node)) return plainNonNull(node, file, STYLE);
    if (ts.isTypeReferenceNode(node)) return initType(node, file);
    return undefined;
  },
};

/** The static functions of a message. */
function call(node: ts.CallExpression, file: FileRewrite): string | undefined {
  const callee = node.expression;
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  const name = callee.name.text;
  if (name === "finish") return finish(callee.expression, file);
  const message = file.world.messageNamed(callee.expression);
  if (message === undefined) return undefined;
  const [first, second] = node.arguments;
  const type = (): string => file.emit(callee.expression);
  if (name === "create" || (name === "fromObject" && first !== undefined && ts.isObjectLiteralExpression(first))) {
    file.count("create");
    return `new ${type()}(${first === undefined ? "" : initOf(first, message, file, STYLE)})`;
  }
  if (name === "decode" && first !== undefined && second === undefined) {
    file.count("binary");
    return `${type()}.fromBinary(${file.emit(first)})`;
  }
  if (name === "toObject" && first !== undefined && isLikeJson(second)) {
    file.count("json");
    return `${instanceText(first, message, file)}.toJson()`;
  }
  return file.leave(node, REASONS[name] ?? `no counterpart of ${name} is known for these arguments`);
}

const REASONS: Readonly<Record<string, string>> = {
  verify: "there is no verify: constructors and toBinary refuse what does not fit",
  fromObject: "fromObject converts leniently: use a constructor for values of the right types, fromJson for ProtoJSON",
  toObject: "toObject has no counterpart of the same shape: use the message itself, or toJson()",
};

/** Whether options of toObject give what ProtoJSON has. */
function isLikeJson(options: ts.Expression | undefined): boolean {
  if (options === undefined || !ts.isObjectLiteralExpression(options)) return false;
  const strings = options.properties.filter(
    (each) => ts.isPropertyAssignment(each) && each.initializer.getText() === "String",
  );
  return ["longs", "enums", "bytes"].every((name) => strings.some((each) => each.name?.getText() === name));
}

function finish(encoded: ts.Expression, file: FileRewrite): string | undefined {
  if (!ts.isCallExpression(encoded) || !ts.isPropertyAccessExpression(encoded.expression)) return undefined;
  const message = file.world.messageNamed(encoded.expression.expression);
  const [first, writer] = encoded.arguments;
  const { text } = encoded.expression.name;
  if (message === undefined || first === undefined || !/^encode(Delimited)?$/.test(text)) return undefined;
  if (writer !== undefined) return file.leave(encoded, "encoding into a writer has no counterpart");
  file.count("binary");
  const made = instanceText(first, message, file);
  if (text === "encode") return `${made}.toBinary()`;
  return `${file.imports.need("@protoloom/protobuf", "sizeDelimitedEncode")}(${made})`;
}

/** A message with methods: an instance as it is, a plain object in the constructor. */
function instanceText(node: ts.Expression, message: DescMessage, file: FileRewrite): string {
  const isInstance = file.instanceOf(node)?.as === "shape";
  if (isInstance && !ts.isObjectLiteralExpression(node)) return receiver(node, message, file, STYLE);
  return instance(node, message, file, STYLE) ?? file.emit(node);
}

function construct(node: ts.NewExpression, file: FileRewrite): string | undefined {
  const message = file.world.messageNamed(node.expression);
  const [first] = node.arguments ?? [];
  if (message === undefined || first === undefined) return undefined;
  file.count("create");
  return `new ${file.emit(node.expression)}(${initOf(first, message, file, STYLE)})`;
}

function enumValue(node: ts.PropertyAccessExpression, file: FileRewrite): string | undefined {
  const { owner, name } = file.world.memberOf(node) ?? {};
  if (owner?.desc.kind !== "enum") return undefined;
  const value = owner.desc.values.find((each) => each.name === name);
  const type = file.imports.refer(node.expression, owner, namesOf(owner.desc.file).shape(owner.desc), false);
  if (value === undefined || type === undefined) return undefined;
  file.count("enum");
  return `${type}.${value.localName}`;
}

function service(node: ts.PropertyAccessExpression, file: FileRewrite): undefined {
  const entity = file.world.entityOf(file.world.symbolOf(node));
  return entity?.desc.kind === "service"
    ? file.leave(node, "a service of protobufjs has an rpcImpl of your own: use a client of @protoloom/rpc")
    : undefined;
}

/** `shop.v1.IOrder` is `OrderInit`. */
function initType(node: ts.TypeReferenceNode, file: FileRewrite): string | undefined {
  const entity = file.world.entityOf(file.world.symbolOf(node.typeName));
  if (entity?.as !== "init" || entity.desc.kind !== "message") return undefined;
  file.count("name");
  return file.imports.refer(node.typeName, entity, namesOf(entity.desc.file).suffixed(entity.desc, "Init"), true);
}
