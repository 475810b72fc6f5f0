import { type DescField, type DescMessage, type DescOneof, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence, isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { namesOf } from "@protoloom/plugin-kit";
import { ts } from "ts-morph";
import { appliedOnce, type FileRewrite, grouped, isPure, isUnused } from "../file-rewrite.js";
import type { Peer } from "../peer.js";
import { isWellKnown, localName, typesOf } from "../schema.js";
import { caseIs, caseValue, isLong, zeroOf } from "../shapes.js";
import type { Entity } from "../source.js";
import { replaceGrpcJs, serviceEntities } from "./grpc-js.js";

const WKT = "@protoloom/protobuf/wkt";

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
    if (ts.isCallExpression(node)) return call(node, file) ?? replaceGrpcJs(node, file);
    if (ts.isNewExpression(node)) return newWrapper(node, file) ?? replaceGrpcJs(node, file);
    if (ts.isPropertyAccessExpression(node))
      return constant(node, file) ?? reader(node, file) ?? replaceGrpcJs(node, file);
    if (ts.isVariableDeclarationList(node)) return declarations(node, file);
    if (ts.isTypeReferenceNode(node)) return typeReference(node, file) ?? replaceGrpcJs(node, file);
    if (ts.isIndexedAccessTypeNode(node)) return enumType(node, file);
    if (ts.isNonNullExpression(node)) return narrowed(node, file);
    return replaceGrpcJs(node, file);
  },
};

const GRPC_NAMES = {
  client: (name: string) => [`${name}Client`, `I${name}Client`],
  definition: (name: string) => [`${name}Service`, `I${name}Service`],
  handlers: (name: string) => [`I${name}Server`],
};

/** The name of a member in its accessors: `foo_bar` is `getFooBar`, and `fooBar` is `getFoobar`. */
function accessor(name: string): string {
  return name
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join("");
}

type Verb = "get" | "set" | "has" | "clear" | "add";

/** An accessor of a message, as its name says. */
type Access =
  | { readonly verb: Verb; readonly kind: "field" | "list" | "map"; readonly field: DescField; readonly as?: string }
  | { readonly verb: Verb; readonly kind: "case"; readonly oneof: DescOneof };

const members = new WeakMap<DescMessage, Map<string, Access>>();

/** The accessors of a message by their names. */
function accessesOf(message: DescMessage): ReadonlyMap<string, Access> {
  const known = members.get(message);
  if (known !== undefined) return known;
  const all = new Map<string, Access>();
  for (const field of message.fields) {
    const name = accessor(field.name);
    if (field.fieldKind === "list") {
      for (const verb of ["get", "set", "clear"] as const) all.set(`${verb}${name}List`, { verb, kind: "list", field });
      all.set(`add${name}`, { verb: "add", kind: "list", field });
      for (const as of ["U8", "B64"]) all.set(`get${name}List_as${as}`, { verb: "get", kind: "list", field, as });
    } else if (field.fieldKind === "map") {
      for (const verb of ["get", "clear"] as const) all.set(`${verb}${name}Map`, { verb, kind: "map", field });
    } else {
      for (const verb of ["get", "set", "has", "clear"] as const) all.set(verb + name, { verb, kind: "field", field });
      for (const as of ["U8", "B64"]) all.set(`get${name}_as${as}`, { verb: "get", kind: "field", field, as });
    }
  }
  for (const oneof of message.oneofs) all.set(`get${accessor(oneof.name)}Case`, { verb: "get", kind: "case", oneof });
  members.set(message, all);
  return all;
}

/** A call of an accessor, if the node is one. */
interface Accessed {
  readonly access: Access;
  readonly receiver: ts.Expression;
  /** Whether it is `receiver?.getX()`. */
  readonly isOptional: boolean;
  readonly args: readonly ts.Expression[];
  readonly message: DescMessage;
}

function accessed(node: ts.Node, { world }: FileRewrite): Accessed | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const callee = node.expression;
  const member = world.memberOf(callee);
  if (member?.owner.desc.kind !== "message") return undefined;
  const message = member.owner.desc;
  if (isWrapperDesc(message)) return undefined;
  const access = accessesOf(message).get(member.name);
  if (access === undefined) return undefined;
  const isOptional = callee.questionDotToken !== undefined;
  return { access, receiver: callee.expression, isOptional, args: node.arguments, message };
}

function call(node: ts.CallExpression, file: FileRewrite): string | undefined {
  const found = accessed(node, file);
  if (found !== undefined) return chain(node, file) ?? accessCall(node, found, file);
  if (!ts.isPropertyAccessExpression(node.expression)) return undefined;
  return mapCall(node, node.expression, file) ?? method(node, node.expression, file);
}

function accessCall(node: ts.CallExpression, { access, ...at }: Accessed, file: FileRewrite): string | undefined {
  if (access.kind === "case") {
    file.count("oneof");
    const expected = file.world.checker.getContextualType(node);
    if (expected !== undefined && expected.flags & ts.TypeFlags.NumberLike)
      file.leave(node, "the case of a oneof is a text or undefined now, not a number");
    return `${file.emit(at.receiver)}${at.isOptional ? "?." : "."}${access.oneof.localName}.case`;
  }
  const { field, as } = access;
  if (isWrapperList(field) && access.verb !== "clear" && access.verb !== "add")
    return file.leave(node, "elements are messages with a value here, not bare values as elsewhere");
  if (as === "B64") return file.leave(node, "bytes are a Uint8Array: encode them as base64 here");
  file.count(field.oneof === undefined ? `${access.verb} ${access.kind}` : `${access.verb} oneof`);
  switch (access.verb) {
    case "get":
      return getter(node, field, at, file);
    case "has":
      return has(node, field, at, file);
    case "clear":
      return clear(node, field, at, file);
    case "add":
      return add(node, field, at, file);
    case "set":
      return set(node, field, at, file);
  }
}

type At = Omit<Accessed, "access">;

function getter(
  node: ts.CallExpression,
  field: DescField,
  { receiver, isOptional, message }: At,
  file: FileRewrite,
): string {
  const dot = isOptional ? "?." : ".";
  const base = file.emit(receiver);
  if (field.oneof !== undefined) return oneofGetter(node, field, { receiver, isOptional }, file);
  const plain = `${base}${dot}${field.localName}`;
  if (field.fieldKind === "map") return mapValue(node, plain, file);
  if (isLong(field) && isWellKnown(message) && field.fieldKind === "scalar")
    return isOptional ? `(${plain} === undefined ? undefined : Number(${plain}))` : `Number(${plain})`;
  const zero = hasPresence(field) && field.fieldKind !== "message" ? zeroOf(field, file, node) : undefined;
  return zero === undefined ? plain : grouped(node, `${plain} ?? ${zero}`);
}

/** Whether an unset field is undefined in our classes. */
function hasPresence({ presence, fieldKind }: DescField): boolean {
  return fieldKind !== "list" && fieldKind !== "map" && presence !== FeatureSet_FieldPresence.IMPLICIT;
}

/** A map as a value. What reads one like jspb.Map gets a Map; what writes to it is left. */
function mapValue(node: ts.CallExpression, plain: string, file: FileRewrite): string {
  const { checker } = file.world;
  const expected = checker.getContextualType(node);
  if (expected === undefined || file.isJspb(checker.getNonNullableType(expected))) return plain;
  const names = checker.getPropertiesOfType(checker.getNonNullableType(expected)).map(({ name }) => name);
  if (!names.some((name) => READS.has(name) || WRITES.has(name))) return plain;
  if (names.some((name) => WRITES.has(name))) {
    file.leave(node, "a map is a plain object now: what it is passed to writes to it like to a Map");
    return plain;
  }
  const isMaybe = ts.isOptionalChain(node);
  return `new Map(Object.entries(${plain}${isMaybe ? " ?? {}" : ""}))`;
}

const READS: ReadonlySet<string> = new Set(["get", "has", "forEach", "entries", "keys"]);
const WRITES: ReadonlySet<string> = new Set(["set", "del"]);

function oneofGetter(
  node: ts.CallExpression,
  field: DescField,
  { receiver, isOptional }: Pick<At, "receiver" | "isOptional">,
  file: FileRewrite,
): string {
  const base = file.emit(receiver);
  const inner = field.fieldKind === "message" && isWrapperDesc(field.message) ? ".value" : "";
  if (!isOptional && isNarrowed(node, receiver, field, file)) return `${base}.${field.oneof!.localName}.value${inner}`;
  const zero = field.fieldKind === "message" ? "undefined" : zeroOf(field, file, node);
  if (isStable(receiver, file))
    return grouped(node, `${caseIs(base, field, isOptional)} ? ${caseValue(base, field)}${inner} : ${zero}`);
  const name = field.oneof!.localName;
  const value = `((${name}) => (${name}${ts.isOptionalChain(node) ? "?" : ""}.case === "${field.localName}" ? ${name}.value${inner} : ${zero}))`;
  return `${value}(${base}${isOptional ? "?." : "."}${name})`;
}

/** `order.getCard()!` in the case of a card needs no exclamation mark any more. */
function narrowed(node: ts.NonNullExpression, file: FileRewrite): string | undefined {
  const found = accessed(node.expression, file);
  if (found === undefined || found.access.kind !== "field" || found.access.verb !== "get" || found.isOptional)
    return undefined;
  const { field } = found.access;
  if (field.oneof === undefined || !isNarrowed(node, found.receiver, field, file)) return undefined;
  return file.emit(node.expression);
}

function has(node: ts.CallExpression, field: DescField, { receiver, isOptional }: At, file: FileRewrite): string {
  const base = file.emit(receiver);
  const test =
    field.oneof === undefined
      ? `${base}${isOptional ? "?." : "."}${field.localName} !== undefined`
      : caseIs(base, field, isOptional);
  return needsParentheses(node) ? `(${test})` : test;
}

/** Whether a comparison in the place of a call has to be in parentheses. */
function needsParentheses({ parent }: ts.Node): boolean {
  if (ts.isPrefixUnaryExpression(parent) || ts.isPropertyAccessExpression(parent) || ts.isAsExpression(parent))
    return true;
  if (!ts.isBinaryExpression(parent)) return ts.isAwaitExpression(parent) || ts.isNonNullExpression(parent);
  const { kind } = parent.operatorToken;
  return ![ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken, ts.SyntaxKind.EqualsToken].includes(kind);
}

function clear(
  node: ts.CallExpression,
  field: DescField,
  { receiver, isOptional }: At,
  file: FileRewrite,
): string | undefined {
  if (isOptional) return file.leave(node, "an assignment needs a message: test for it before");
  const base = file.emit(receiver);
  if (field.oneof !== undefined) {
    const { localName: oneof } = field.oneof;
    if (!ts.isExpressionStatement(node.parent))
      return file.leave(node, "clear of a oneof's member inside an expression");
    return `if (${caseIs(base, field, false)}) ${base}.${oneof} = { case: undefined }`;
  }
  return assignment(node, base, field.localName, hasPresence(field) ? "undefined" : zeroOf(field, file, node));
}

function assignment(node: ts.CallExpression, base: string, name: string, value: string): string {
  return isUnused(node) ? `${base}.${name} = ${value}` : `Object.assign(${base}, { ${name}: ${value} })`;
}

function add(
  node: ts.CallExpression,
  field: DescField,
  { receiver, isOptional, args }: At,
  file: FileRewrite,
): string | undefined {
  const isDropped = isUnused(node) || (ts.isArrowFunction(node.parent) && isCallback(node.parent));
  if (!isDropped) return file.leave(node, "add returns the message or the element: push it, and use what was pushed");
  if (args.length === 0) {
    if (field.fieldKind !== "list" || field.listKind !== "message") return file.leave(node, "add without an element");
    const name = file.imports.refer(
      node,
      { desc: field.message, as: "shape" },
      namesOf(field.message.file).shape(field.message),
      false,
    );
    return `${file.emit(receiver)}.${field.localName}.push(new ${name}())`;
  }
  const list = `${file.emit(receiver)}${isOptional ? "?." : "."}${field.localName}`;
  const [value, index] = args.map((each) => file.emit(each));
  if (isWrapperList(field))
    return `${list}.push(new ${file.imports.need(WKT, field.message!.name)}({ value: ${value} }))`;
  return index === undefined ? `${list}.push(${value})` : `${list}.splice(${index}, 0, ${value})`;
}

function isWrapperList(field: DescField): boolean {
  return field.fieldKind !== "message" && field.message !== undefined && isWrapperDesc(field.message);
}

/** Whether an arrow function is an argument of a call like forEach. */
function isCallback({ parent }: ts.ArrowFunction): boolean {
  return (
    ts.isCallExpression(parent) &&
    ts.isPropertyAccessExpression(parent.expression) &&
    parent.expression.name.text === "forEach"
  );
}

function set(
  node: ts.CallExpression,
  field: DescField,
  { receiver, isOptional, args, message }: At,
  file: FileRewrite,
): string | undefined {
  const [argument] = args;
  if (argument === undefined) return assignment(node, file.emit(receiver), field.localName, "undefined");
  if (isOptional) {
    if (!isUnused(node) || !isPure(receiver))
      return file.leave(node, "an assignment needs a message: test for it before");
    const base = file.emit(receiver);
    const member = memberOf(argument, field, message, file);
    return member && `if (${base} !== undefined) ${base}.${member.name} = ${member.value}`;
  }
  const member = memberOf(argument, field, message, file);
  return member && assignment(node, file.emit(receiver), member.name, member.value);
}

/** The assignment that a setter makes: the property, and its value. */
function memberOf(
  argument: ts.Expression,
  field: DescField,
  message: DescMessage,
  file: FileRewrite,
): { readonly name: string; readonly value: string } | undefined {
  const { checker } = file.world;
  const type = checker.getTypeAtLocation(argument);
  const isNull = argument.kind === ts.SyntaxKind.NullKeyword;
  let value = isNull ? "undefined" : file.emit(argument);
  if (field.scalar === ScalarType.BYTES && type.flags & ts.TypeFlags.StringLike && field.fieldKind === "scalar")
    value = `Buffer.from(${value}, "base64")`;
  if (isLong(field) && isWellKnown(message) && field.fieldKind === "scalar") value = `BigInt(${value})`;
  if (field.oneof === undefined) return { name: field.localName, value };
  const name = field.oneof.localName;
  if (value === "undefined") return { name, value: "{ case: undefined }" };
  const isMaybe = checker.getNonNullableType(type) !== type && !(type.flags & ts.TypeFlags.Any);
  if (field.fieldKind === "message" && isWrapperDesc(field.message))
    value = `new ${file.imports.need(WKT, namesOf(field.message.file).shape(field.message))}({ value: ${value} })`;
  const set = `{ case: "${field.localName}", value${value === "value" ? "" : `: ${value}`} }`;
  if (!isMaybe) return { name, value: set };
  if (isPure(argument)) return { name, value: `${value} === undefined ? { case: undefined } : ${set}` };
  file.leave(argument, "a member of a oneof may be undefined here: assign { case: undefined } then");
  return { name, value: set };
}

/** Setters one after the other, `new Order().setAuthor("x").setPrice(2)`, become one object. */
function chain(node: ts.CallExpression, file: FileRewrite): string | undefined {
  if (accessedOuter(node, file)) return undefined;
  const links: { field: DescField; argument: ts.Expression; message: DescMessage }[] = [];
  let root: ts.Expression = node;
  for (;;) {
    const found = accessed(root, file);
    if (found === undefined || found.access.kind === "case" || found.access.verb !== "set") break;
    if (found.isOptional || found.args.length !== 1) break;
    links.unshift({ field: found.access.field, argument: found.args[0]!, message: found.message });
    root = found.receiver;
  }
  const isNew = ts.isNewExpression(root) && (root.arguments ?? []).length === 0;
  if (links.length === 0 || (links.length === 1 && !isNew)) return undefined;
  const values = links.map(({ field, argument, message }) => memberOf(argument, field, message, file)!);
  for (const { field } of links) file.count(field.oneof === undefined ? "set field" : "set oneof");
  const object = `{ ${values.map(({ name, value }) => (name === value ? name : `${name}: ${value}`)).join(", ")} }`;
  if (isNew) return `new ${file.emit((root as ts.NewExpression).expression)}(${object})`;
  return `Object.assign(${file.emit(root)}, ${object})`;
}

/** Whether the call is the receiver of another setter, whose chain has it. */
function accessedOuter(node: ts.CallExpression, file: FileRewrite): boolean {
  if (!ts.isPropertyAccessExpression(node.parent)) return false;
  const outer = accessed(node.parent.parent, file);
  return outer !== undefined && outer.access.verb === "set" && outer.args.length === 1 && !outer.isOptional;
}

/** The methods of jspb.Map. */
function mapCall(node: ts.CallExpression, callee: ts.PropertyAccessExpression, file: FileRewrite): string | undefined {
  const declaration = file.world.checker.getSymbolAtLocation(callee.name)?.declarations?.[0];
  if (!declaration || !/google-protobuf\/index\.d\.ts$/.test(declaration.getSourceFile().fileName)) return undefined;
  const { parent } = declaration;
  if (!ts.isClassDeclaration(parent) || parent.name?.text !== "Map") return undefined;
  if (callee.name.text === "set") return mapSet(node, file);
  const base = file.emit(callee.expression);
  const dot = callee.questionDotToken === undefined ? "" : "?.";
  const [key] = node.arguments.map((each) => file.emit(each));
  const keys = file.world.checker.getTypeAtLocation(callee.expression) as ts.TypeReference;
  const isText = file.world.checker.getTypeArguments(keys)[0]?.flags === ts.TypeFlags.String;
  file.count("map");
  switch (callee.name.text) {
    case "get":
      return `${base}${dot}[${key}]`;
    case "has":
      return grouped(node, `${base}${dot}[${key}] !== undefined`);
    case "del":
      return `delete ${base}[${key}]`;
    case "getLength":
      return `Object.keys(${base}).length`;
    case "clear":
      if (isUnused(node)) return `for (const key of Object.keys(${base})) delete ${base}[key]`;
      break;
    case "toObject":
    case "toArray":
    case "getEntryList":
    case "entries":
      if (isText) return `Object.entries(${base})${callee.name.text === "entries" ? ".values()" : ""}`;
      break;
    case "keys":
      if (isText) return `Object.keys(${base}).values()`;
      break;
    case "forEach": {
      const [callback] = node.arguments;
      if (!isText || callback === undefined || node.arguments.length !== 1) break;
      if (ts.isArrowFunction(callback) && callback.parameters.length <= 2) {
        const [first, second] = callback.parameters.map(({ name }) => name.getText());
        const head = second === undefined ? `Object.values(${base})` : `Object.entries(${base})`;
        const parameters = second === undefined ? `(${first ?? ""})` : `([${second}, ${first}])`;
        return `${head}.forEach(${parameters} => ${file.emit(callback.body)})`;
      }
    }
  }
  return file.leave(
    node,
    `a map is a plain object: ${callee.name.text} of jspb.Map has no counterpart that keeps the keys' type`,
  );
}

/** `map.set(k, v)`, or several in a row. */
function mapSet(node: ts.CallExpression, file: FileRewrite): string | undefined {
  const entries: (readonly [key: string, value: string])[] = [];
  let root: ts.Expression = node;
  while (isMapSet(root, file)) {
    const [key, value] = root.arguments.map((each) => file.emit(each));
    entries.unshift([key!, value!]);
    root = root.expression.expression;
  }
  const base = file.emit(root);
  file.count("map");
  if (entries.length === 1 && isUnused(node)) return `${base}[${entries[0]![0]}] = ${entries[0]![1]}`;
  return `Object.assign(${base}, { ${entries.map(([key, value]) => `[${key}]: ${value}`).join(", ")} })`;
}

function isMapSet(
  node: ts.Expression,
  file: FileRewrite,
): node is ts.CallExpression & { readonly expression: ts.PropertyAccessExpression } {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  return (
    node.expression.name.text === "set" && file.isJspb(file.world.checker.getTypeAtLocation(node.expression.expression))
  );
}

/** Methods of messages, and of well-known types. */
function method(node: ts.CallExpression, callee: ts.PropertyAccessExpression, file: FileRewrite): string | undefined {
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

function wellKnown(
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  message: DescMessage,
  file: FileRewrite,
): string | undefined {
  const name = callee.name.text;
  const isStatic = isClassName(callee.expression, file);
  const base = (): string => file.emit(callee.expression);
  const [first, second] = node.arguments;
  if (isWrapperDesc(message)) return wrapperCall(node, callee, message, file);
  switch (`${message.name}.${name}`) {
    case "Timestamp.fromDate": {
      const made = `${file.imports.need(WKT, "timestampFromDate")}(${file.emit(first!)})`;
      file.count("timestamp");
      return isStatic ? made : `Object.assign(${base()}, ${made})`;
    }
    case "Timestamp.toDate": {
      const helper = file.imports.need(WKT, "timestampDate");
      file.count("timestamp");
      if (callee.questionDotToken === undefined) return `${helper}(${base()})`;
      return appliedOnce(helper, base());
    }
    case "Struct.fromJavaScript":
      file.count("struct");
      return file.emit(first!);
    case "Struct.toJavaScript":
      file.count("struct");
      return base();
    case "Value.fromJavaScript":
      file.count("struct");
      return `${file.imports.need(WKT, "Value")}.fromJson(${file.emit(first!)})`;
    case "Value.toJavaScript":
      file.count("struct");
      return `${base()}${callee.questionDotToken ? "?." : "."}toJson()`;
    case "Any.unpack":
      if (ts.isPropertyAccessExpression(first!) && second !== undefined) {
        file.count("any");
        return `${file.imports.need(WKT, "anyUnpack")}(${base()}, ${file.emit(first.expression)})`;
      }
      return undefined;
    case "Any.pack":
      if (isUnused(node) && second !== undefined) {
        file.count("any");
        return `Object.assign(${base()}, { value: ${file.emit(first!)}, typeUrl: \`type.googleapis.com/\${${file.emit(second)}}\` })`;
      }
      return undefined;
    case "Any.getTypeName":
      file.count("any");
      return `${base()}.typeUrl.split("/").pop()!`;
    default:
      return undefined;
  }
}

function isClassName(node: ts.Expression, { world }: FileRewrite): boolean {
  return world.entityOf(world.symbolOf(node)) !== undefined;
}

/** A wrapper is its bare value. */
function wrapperCall(
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  message: DescMessage,
  file: FileRewrite,
): string | undefined {
  const isBig = isLong(message.fields[0]!);
  if (callee.name.text === "getValue") {
    file.count("wrapper");
    const value = file.emit(callee.expression);
    return isBig ? `Number(${value})` : value;
  }
  if (callee.name.text !== "setValue") return undefined;
  const value = isBig ? `BigInt(${file.emit(node.arguments[0]!)})` : file.emit(node.arguments[0]!);
  file.count("wrapper");
  if (ts.isNewExpression(callee.expression)) return value;
  if (!isUnused(node)) return file.leave(node, "a wrapper is its bare value: assign it in a statement");
  const target = file.emit(callee.expression).replace(/!$/, "");
  return `${target} = ${value}`;
}

/** `new StringValue()`, whose value a variable holds. */
function newWrapper(node: ts.NewExpression, file: FileRewrite): string | undefined {
  const entity = file.world.entityOf(file.world.symbolOf(node.expression));
  if (entity?.as !== "shape" || entity.desc.kind !== "message") return undefined;
  if (!isWrapperDesc(entity.desc)) {
    if ((node.arguments ?? []).length > 0) file.leave(node, "a constructor takes an object, not a list of values");
    return undefined;
  }
  file.count("wrapper");
  return grouped(node, `${zeroOf(entity.desc.fields[0]!, file, node)} as ${typeOfWrapper(entity.desc)}`);
}

function typeOfWrapper(message: DescMessage): string {
  switch (message.fields[0]!.scalar) {
    case ScalarType.STRING:
      return "string";
    case ScalarType.BOOL:
      return "boolean";
    case ScalarType.BYTES:
      return "Uint8Array";
    case ScalarType.INT64:
    case ScalarType.UINT64:
      return "bigint";
    default:
      return "number";
  }
}

/** A constant that holds a wrapper becomes a variable: setting the wrapper's value is now an assignment. */
function declarations(node: ts.VariableDeclarationList, file: FileRewrite): string | undefined {
  if (!(node.flags & ts.NodeFlags.Const)) return undefined;
  const isWrapped = ({ initializer }: ts.VariableDeclaration): boolean => {
    if (initializer === undefined || !ts.isNewExpression(initializer)) return false;
    const entity = file.world.entityOf(file.world.symbolOf(initializer.expression));
    return entity?.desc.kind === "message" && isWrapperDesc(entity.desc);
  };
  if (!node.declarations.some(isWrapped)) return undefined;
  return `let ${node.declarations.map((each) => file.emit(each)).join(", ")}`;
}

function typeReference(node: ts.TypeReferenceNode, file: FileRewrite): string | undefined {
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
function enumType(node: ts.IndexedAccessTypeNode, file: FileRewrite): string | undefined {
  if (!ts.isTypeReferenceNode(node.objectType)) return undefined;
  const entity = file.world.entityOf(file.world.symbolOf(node.objectType.typeName));
  if (entity?.as !== "map" || entity.desc.kind !== "enum") return undefined;
  file.count("enum");
  return file.imports.refer(node.objectType.typeName, entity, namesOf(entity.desc.file).shape(entity.desc), true);
}

/** A value of an enum, or of the cases of a oneof. */
function constant(node: ts.PropertyAccessExpression, file: FileRewrite): string | undefined {
  const member = file.world.memberOf(node);
  if (member === undefined) return undefined;
  const { owner, name } = member;
  if (owner.desc.kind === "enum") {
    const value = owner.desc.values.find((each) => each.name.toUpperCase() === name);
    if (value === undefined) return undefined;
    const type = file.imports.refer(node.expression, owner, namesOf(owner.desc.file).shape(owner.desc), false);
    file.count("enum");
    return type && `${type}.${value.localName}`;
  }
  if (owner.desc.kind !== "oneof") return undefined;
  file.count("oneof");
  const field = owner.desc.fields.find((each) => each.name.toUpperCase() === name);
  return field === undefined ? "undefined" : `"${field.localName}"`;
}

/** The enum of a oneof's cases, where it is a value itself. */
function casesObject({ parent, name, fields }: DescOneof, file: FileRewrite): string {
  file.count("oneof");
  const rows = [
    `  ${name.toUpperCase()}_NOT_SET: undefined,`,
    ...fields.map((field) => `  ${field.name.toUpperCase()}: "${field.localName}",`),
  ];
  return file.imports.hoist(
    `${namesOf(parent.file).shape(parent)}_${accessor(name)}Case`,
    `{\n${rows.join("\n")}\n} as const`,
  );
}

/** A property that is not called: a function as a value, or a property of what toObject returned. */
function reader(node: ts.PropertyAccessExpression, file: FileRewrite): string | undefined {
  const entity = file.world.entityOf(file.world.symbolOf(node));
  if (entity?.desc.kind === "oneof")
    return ts.isPropertyAccessExpression(node.parent) ? undefined : casesObject(entity.desc, file);
  if (entity !== undefined) return undefined;
  const member = file.world.memberOf(node);
  if (member?.owner.desc.kind !== "message") return undefined;
  const { owner, name } = member;
  if (owner.as === "object") return objectProperty(node, owner.desc as DescMessage, file);
  if (ts.isCallExpression(node.parent) && node.parent.expression === node) return undefined;
  if (name === "deserializeBinary") {
    file.count("binary");
    return `${file.emit(node.expression)}.fromBinary`;
  }
  return file.leave(node, `${name} is a property now: there is no function to pass on`);
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

/** Whether reading an expression twice has no effect: names, properties, and getters, which become properties. */
function isStable(node: ts.Expression, file: FileRewrite): boolean {
  if (ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node)) return isStable(node.expression, file);
  if (ts.isElementAccessExpression(node))
    return isStable(node.expression, file) && ts.isLiteralExpression(node.argumentExpression);
  if (ts.isPropertyAccessExpression(node)) return isStable(node.expression, file);
  const found = accessed(node, file);
  if (found === undefined) return isPure(node);
  if (found.access.verb !== "get" || found.isOptional || found.access.kind === "case") return false;
  const { field } = found.access;
  if (field.oneof !== undefined && !isNarrowed(node as ts.CallExpression, found.receiver, field, file)) return false;
  return isStable(found.receiver, file);
}

/** Whether the code around a getter has made sure that its member of the oneof is set, in a way that TypeScript follows. */
function isNarrowed(node: ts.Node, receiver: ts.Expression, field: DescField, file: FileRewrite): boolean {
  if (!isStable(receiver, file)) return false;
  const text = receiver.getText();
  for (
    let inner: ts.Node = node;
    inner.parent !== undefined && !ts.isFunctionLike(inner.parent);
    inner = inner.parent
  ) {
    const outer = inner.parent;
    if (ts.isIfStatement(outer) && outer.thenStatement === inner && says(outer.expression, text, field, file))
      return true;
    if (ts.isConditionalExpression(outer) && outer.whenTrue === inner && says(outer.condition, text, field, file))
      return true;
    if (isAnd(outer) && outer.right === inner && says(outer.left, text, field, file)) return true;
    if (ts.isCaseClause(outer) && isCase(outer, text, field, file)) return true;
  }
  return false;
}

function isAnd(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
}

/** Whether a condition holds only if the member is set. */
function says(condition: ts.Expression, receiver: string, field: DescField, file: FileRewrite): boolean {
  if (ts.isParenthesizedExpression(condition)) return says(condition.expression, receiver, field, file);
  if (isAnd(condition))
    return says(condition.left, receiver, field, file) || says(condition.right, receiver, field, file);
  const found = accessed(condition, file);
  if (found !== undefined)
    return (
      found.access.verb === "has" &&
      found.access.kind === "field" &&
      found.access.field === field &&
      found.receiver.getText() === receiver
    );
  if (!ts.isBinaryExpression(condition) || condition.operatorToken.kind !== ts.SyntaxKind.EqualsEqualsEqualsToken)
    return false;
  return isCaseOf(condition.left, receiver, field, file) && isConstant(condition.right, field, file);
}

function isCaseOf(node: ts.Expression, receiver: string, field: DescField, file: FileRewrite): boolean {
  const found = accessed(node, file);
  return found?.access.kind === "case" && found.access.oneof === field.oneof && found.receiver.getText() === receiver;
}

function isConstant(node: ts.Expression, field: DescField, { world }: FileRewrite): boolean {
  if (!ts.isPropertyAccessExpression(node)) return false;
  const member = world.memberOf(node);
  return member?.owner.desc === field.oneof && member?.name === field.name.toUpperCase();
}

/** Whether only the case of the member leads to this clause. */
function isCase(clause: ts.CaseClause, receiver: string, field: DescField, file: FileRewrite): boolean {
  const block = clause.parent;
  if (!isCaseOf(block.parent.expression, receiver, field, file) || !isConstant(clause.expression, field, file))
    return false;
  const before = block.clauses[block.clauses.indexOf(clause) - 1];
  return before === undefined || before.statements.length > 0;
}
