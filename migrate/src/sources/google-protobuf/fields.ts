import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence, isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { namesOf } from "@protoloom/plugin-kit";
import { ts } from "ts-morph";
import { type FileRewrite, grouped, isPure, isUnused } from "../../file-rewrite.js";
import { isWellKnown } from "../../schema.js";
import { caseIs, caseValue, isLong, zeroOf } from "../../shapes.js";
import { type Accessed, accessed } from "./accessors.js";
import { mapValue } from "./maps.js";
import { isNarrowed, isStable } from "./narrowing.js";

const WKT = "@protoloom/protobuf/wkt";

/** A call of an accessor as the property that it becomes. */
export function accessCall(
  node: ts.CallExpression,
  { access, ...at }: Accessed,
  file: FileRewrite,
): string | undefined {
  if (access.kind === "case") {
    file.count("oneof");
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
  if (field.fieldKind === "map") return mapValue(node, plain, isStable(receiver, file), file);
  if (isLong(field) && isWellKnown(message) && field.fieldKind === "scalar")
    return isOptional ? `(${plain} === undefined ? undefined : Number(${plain}))` : `Number(${plain})`;
  const zero = hasPresence(field) && field.fieldKind !== "message" ? zeroOf(field, file, node) : undefined;
  return zero === undefined ? plain : grouped(node, `${plain} ?? ${zero}`);
}

/** Whether an unset field is undefined in our classes. */
function hasPresence({ presence, fieldKind }: DescField): boolean {
  return fieldKind !== "list" && fieldKind !== "map" && presence !== FeatureSet_FieldPresence.IMPLICIT;
}

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
export function chain(node: ts.CallExpression, file: FileRewrite): string | undefined {
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
