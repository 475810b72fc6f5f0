import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence, isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { namesOf } from "@protoloom/plugin-kit";
import { ts } from "ts-morph";
import { appliedOnce, type FileRewrite, grouped, isPure } from "./file-rewrite.js";
import { isWellKnown, wrapperOf } from "./schema.js";
import { caseIs, caseValue, isLong } from "./shapes.js";
import type { Entity } from "./source.js";
import type { World } from "./world.js";

const WKT = "@protoloom/protobuf/wkt";

/** The members of a message in a library whose messages are plain objects. */
export interface PlainStyle {
  /** The property that names the case of a oneof, such as `$case`. Members of a oneof are properties of the message without one. */
  readonly tag?: string;
  /** The property beside the tag that holds the value, if it is not called as the case. */
  readonly value?: string;
  /** Whether fields hold wrappers as messages, where ours hold the bare value. */
  readonly wrappers?: boolean;
  /** The value of an unset member. Default: undefined. */
  readonly unset?: "null";
  /** Whether a oneof itself is a property that names its case. */
  readonly virtual?: boolean;
}

/** A property of a message. */
type Member = DescField | DescOneof;

/** Whether an entity is a message, or what a constructor takes for it. */
function isMessage(entity: Entity | undefined): entity is Entity & { readonly desc: DescMessage } {
  return entity?.desc.kind === "message" && (entity.as === "shape" || entity.as === "init");
}

/** Whether a property is one of what a constructor takes, where all of them may be missing. */
function isOfInit(node: ts.PropertyAccessExpression, { world }: FileRewrite): boolean {
  return (
    world.memberOf(node)?.owner.as === "init" &&
    world.entityOfType(world.checker.getTypeAtLocation(node.expression))?.as === "init"
  );
}

function memberNamed(message: DescMessage, name: string): Member | undefined {
  const field = message.fields.find(
    (each) => each.localName.replace(/\$$/, "") === name || each.jsonName === name || each.name === name,
  );
  return field ?? message.oneofs.find((each) => each.localName === name || each.name === name);
}

/** The message that an object literal is taken for, if it stands alone and not in another one. */
function messageOf(
  node: ts.ObjectLiteralExpression,
  { world }: FileRewrite,
): { readonly message: DescMessage; readonly isInit: boolean } | undefined {
  const type = world.checker.getContextualType(node);
  if (type === undefined) return undefined;
  const found: { message: DescMessage; isInit: boolean }[] = [];
  for (const each of type.isUnion() ? type.types : [type]) {
    const entity = world.entityOfType(each);
    if (isMessage(entity)) found.push({ message: entity.desc, isInit: entity.as === "init" });
    else if (entity === undefined) {
      const message = partOf(each, world);
      if (message !== undefined) found.push({ message, isInit: true });
    }
  }
  return new Set(found.map(({ message }) => message)).size === 1 ? found[0] : undefined;
}

/** The message whose properties a type has, like `Partial<Order>`. Our functions take what a constructor takes there. */
function partOf(type: ts.Type, world: World): DescMessage | undefined {
  const [first, ...more] = type.getProperties().map((property) => {
    const declaration = property.declarations?.[0];
    return declaration && world.fileOf(declaration) && world.entityOf(symbolAround(declaration));
  });
  if (!isMessage(first) || more.some((each) => each?.desc !== first.desc)) return undefined;
  return first.desc;
}

function symbolAround({ parent }: ts.Node): ts.Symbol | undefined {
  return (parent as ts.Node & { readonly symbol?: ts.Symbol }).symbol;
}

/** An object literal that is a message becomes an instance. */
export function plainLiteral(
  node: ts.ObjectLiteralExpression,
  file: FileRewrite,
  style: PlainStyle,
): string | undefined {
  const found = messageOf(node, file);
  if (found === undefined || isWrapperDesc(found.message)) return undefined;
  if (found.isInit) return initOf(node, found.message, file, style);
  return instance(node, found.message, file, style);
}

/** `new Order({ … })` from the expression of its fields. `at` is where a name of its module is in scope. */
export function instance(
  node: ts.Expression,
  message: DescMessage,
  file: FileRewrite,
  style: PlainStyle,
): string | undefined {
  const name = file.imports.refer(node, { desc: message, as: "shape" }, namesOf(message.file).shape(message), false);
  if (name === undefined) return file.leave(node, `the class of ${message.typeName} is not imported here`);
  file.count("create");
  return `new ${name}(${initOf(node, message, file, style)})`;
}

/** The argument of a constructor from what a library took for it. */
export function initOf(node: ts.Expression, message: DescMessage, file: FileRewrite, style: PlainStyle): string {
  if (ts.isParenthesizedExpression(node)) return `(${initOf(node.expression, message, file, style)})`;
  if (ts.isConditionalExpression(node))
    return `${file.emit(node.condition)} ? ${initOf(node.whenTrue, message, file, style)} : ${initOf(node.whenFalse, message, file, style)}`;
  if (!ts.isObjectLiteralExpression(node)) return file.emit(node);
  const set = new Set<DescOneof>();
  const source = file.source.text;
  let text = source.slice(node.getStart(), node.getStart() + 1);
  let at = node.getStart() + 1;
  let isFirst = true;
  const between = (end: number): string =>
    isFirst ? source.slice(at, end).replace(/^\s*,/, "") : source.slice(at, end);
  for (const property of node.properties) {
    const made = propertyOf(property, message, file, style, set);
    if (made !== undefined) text += between(property.getStart()) + made;
    if (made !== undefined) isFirst = false;
    at = property.getEnd();
  }
  return text + between(node.getEnd());
}

function propertyOf(
  property: ts.ObjectLiteralElementLike,
  message: DescMessage,
  file: FileRewrite,
  style: PlainStyle,
  set: Set<DescOneof>,
): string | undefined {
  const isShort = ts.isShorthandPropertyAssignment(property);
  if (!isShort && !ts.isPropertyAssignment(property)) return file.emit(property);
  const { name } = property;
  if (!ts.isIdentifier(name) && !ts.isStringLiteral(name)) return file.emit(property);
  if (name.text === "$type") return undefined;
  const member = memberNamed(message, name.text);
  const value = isShort ? property.name : property.initializer;
  if (member === undefined) return file.emit(property);
  if (member.kind === "oneof") return `${member.localName}: ${taggedOneof(value, member, file, style)}`;
  if (member.oneof === undefined) {
    const text = fieldValue(value, member, file, style);
    return isShort && text === name.text && member.localName === name.text ? text : `${member.localName}: ${text}`;
  }
  if (isUndefined(value))
    return isOnly(property, member.oneof, message, set) ? `${member.oneof.localName}: { case: undefined }` : undefined;
  if (set.has(member.oneof)) file.leave(property, "another member of the same oneof is set here, too");
  set.add(member.oneof);
  return `${member.oneof.localName}: ${flatMember(value, member, file, style)}`;
}

/** Whether a property that is undefined is the first, and no other sets a member of its oneof. */
function isOnly(
  { parent }: ts.ObjectLiteralElementLike,
  oneof: DescOneof,
  message: DescMessage,
  set: Set<DescOneof>,
): boolean {
  if (set.has(oneof)) return false;
  const isSet = (parent as ts.ObjectLiteralExpression).properties.some((each) => {
    if (!each.name || (ts.isPropertyAssignment(each) && isUndefined(each.initializer))) return false;
    const member = memberNamed(message, each.name.getText());
    return member?.kind === "field" && member.oneof === oneof;
  });
  if (!isSet) set.add(oneof);
  return !isSet;
}

/** The value of a oneof that gets one of its members, if it is not undefined. */
function flatMember(value: ts.Expression, field: DescField, file: FileRewrite, style: PlainStyle): string {
  const { checker } = file.world;
  const type = checker.getTypeAtLocation(value);
  const made = `{ case: "${field.localName}", value: ${wrapped(fieldValue(value, field, file, style), field, file, style)} }`;
  if (checker.getNonNullableType(type) === type || type.flags & ts.TypeFlags.Any) return made;
  if (isPure(value))
    return `${file.emit(value)} ${isNullable(type) ? "== null" : "=== undefined"} ? { case: undefined } : ${made}`;
  file.leave(value, "a member of a oneof may be undefined here: assign { case: undefined } then");
  return made;
}

function isNullable(type: ts.Type): boolean {
  return type.isUnion() && type.types.some((each) => each.flags & ts.TypeFlags.Null);
}

/** In a oneof a wrapper is a message. */
function wrapped(text: string, field: DescField, file: FileRewrite, style: PlainStyle): string {
  if (style.wrappers === true) return text;
  if (field.fieldKind !== "message" || !isWrapperDesc(field.message)) return text;
  return `new ${file.imports.need(WKT, field.message.name)}({ value: ${text} })`;
}

/** `{ $case: "card", card: "1" }` is `{ case: "card", value: "1" }`. */
function taggedOneof(node: ts.Expression, oneof: DescOneof, file: FileRewrite, style: PlainStyle): string {
  if (isUndefined(node)) return "{ case: undefined }";
  if (!ts.isObjectLiteralExpression(node)) {
    const text = file.emit(node);
    const type = file.world.checker.getTypeAtLocation(node);
    return file.world.checker.getNonNullableType(type) === type ? text : `${text} ?? { case: undefined }`;
  }
  file.count("oneof");
  const text = (name: string): ts.Expression | undefined => {
    for (const each of node.properties) {
      if (each.name?.getText() !== name) continue;
      if (ts.isPropertyAssignment(each)) return each.initializer;
      if (ts.isShorthandPropertyAssignment(each)) return each.name;
    }
    return undefined;
  };
  const tag = style.tag === undefined ? undefined : text(style.tag);
  if (tag === undefined) return file.parts(node);
  if (isUndefined(tag)) return "{ case: undefined }";
  const name = ts.isStringLiteral(tag) ? tag.text : undefined;
  const field = oneof.fields.find((each) => each.localName === name);
  const value = text(style.value ?? name ?? "");
  if (field === undefined || value === undefined) {
    file.leave(node, "the case of the oneof is not a constant here");
    return file.parts(node);
  }
  return `{ case: "${field.localName}", value: ${wrapped(fieldValue(value, field, file, style), field, file, style)} }`;
}

/** The value of a field, or of an element of it. */
function fieldValue(node: ts.Expression, field: DescField, file: FileRewrite, style: PlainStyle): string {
  const message = field.message;
  if (ts.isParenthesizedExpression(node)) return `(${fieldValue(node.expression, field, file, style)})`;
  if (ts.isConditionalExpression(node))
    return `${file.emit(node.condition)} ? ${fieldValue(node.whenTrue, field, file, style)} : ${fieldValue(node.whenFalse, field, file, style)}`;
  if (isLong(field) && isWellKnown(field.parent) && field.fieldKind === "scalar") return bigint(node, file);
  if (message === undefined) return file.emit(node);
  if (message.typeName === "google.protobuf.Timestamp" && field.fieldKind === "message") return timestamp(node, file);
  if (style.wrappers === true && wrapperOf(field) !== undefined) return bareValue(node, file);
  if (field.fieldKind === "message" && isPlainValue(field))
    return ts.isObjectLiteralExpression(node) ? file.parts(node) : file.emit(node);
  if (field.fieldKind === "list" && ts.isArrayLiteralExpression(node))
    return inPlace(node, node.elements, file, (each) => initOf(each, message, file, style));
  if (field.fieldKind === "map" && ts.isObjectLiteralExpression(node))
    return inPlace(node, node.properties, file, (each) =>
      ts.isPropertyAssignment(each)
        ? `${each.name.getText()}: ${initOf(each.initializer, message, file, style)}`
        : file.emit(each),
    );
  return field.fieldKind === "message" ? initOf(node, message, file, style) : file.emit(node);
}

/** The value of a wrapper. */
function bareValue(node: ts.Expression, file: FileRewrite): string {
  const literal = ts.isCallExpression(node) && /\.create$/.test(node.expression.getText()) ? node.arguments[0] : node;
  if (literal !== undefined && ts.isObjectLiteralExpression(literal)) {
    const value = literal.properties.find((each) => each.name?.getText() === "value");
    file.count("wrapper");
    if (value !== undefined && ts.isPropertyAssignment(value)) return file.emit(value.initializer);
    if (value !== undefined && ts.isShorthandPropertyAssignment(value)) return value.name.text;
  }
  if (isUndefined(node)) return "undefined";
  const isField = ts.isPropertyAccessExpression(node) && file.world.memberOf(node) !== undefined;
  return isField ? file.emit(node) : `${file.emit(node)}?.value`;
}

/** A bare value of a wrapper, or a plain object of a Struct. */
function isPlainValue(field: DescField & { readonly fieldKind: "message" }): boolean {
  return isWrapperDesc(field.message) || field.message.typeName === "google.protobuf.Struct";
}

/** The text of a node with parts of it replaced, and everything between them kept. */
function inPlace<T extends ts.Node>(
  node: ts.Node,
  parts: readonly T[],
  file: FileRewrite,
  emit: (part: T) => string,
): string {
  let text = "";
  let at = node.getStart();
  for (const part of parts) {
    text += file.source.text.slice(at, part.getStart()) + emit(part);
    at = part.getEnd();
  }
  return text + file.source.text.slice(at, node.getEnd());
}

function bigint(node: ts.Expression, file: FileRewrite): string {
  if (ts.isNumericLiteral(node)) return `${node.text}n`;
  const type = file.world.checker.getTypeAtLocation(node);
  return type.flags & ts.TypeFlags.BigIntLike ? file.emit(node) : `BigInt(${file.emit(node)})`;
}

/** A date, a text, or a message already. */
function timestamp(node: ts.Expression, file: FileRewrite): string {
  const { checker } = file.world;
  const type = checker.getTypeAtLocation(node);
  const plain = checker.getNonNullableType(type);
  const from =
    plain.getSymbol()?.name === "Date"
      ? "timestampFromDate"
      : plain.flags & ts.TypeFlags.StringLike
        ? "timestampFromString"
        : undefined;
  if (isUndefined(node) || from === undefined) return file.emit(node);
  file.count("timestamp");
  const helper = file.imports.need(WKT, from);
  const text = file.emit(node);
  if (plain === type) return `${helper}(${text})`;
  return isPure(node) ? `${text} && ${helper}(${text})` : appliedOnce(helper, text);
}

function isUndefined(node: ts.Expression): boolean {
  return (ts.isIdentifier(node) && node.text === "undefined") || node.kind === ts.SyntaxKind.NullKeyword;
}

/** A property of a message that is read. */
export function plainRead(node: ts.PropertyAccessExpression, file: FileRewrite, style: PlainStyle): string | undefined {
  const tagged = style.tag === undefined ? undefined : taggedRead(node, file, style);
  if (tagged !== undefined) return tagged;
  const member = file.world.memberOf(node);
  if (member === undefined || !isMessage(member.owner) || isTarget(node)) return undefined;
  const field = memberNamed(member.owner.desc, member.name);
  if (field === undefined) return undefined;
  if (field.kind === "oneof") {
    if (style.virtual === true)
      return `${renamed(node, field.localName, file)}${isOfInit(node, file) ? "?." : "."}case`;
    return style.tag === undefined ? undefined : renamed(node, field.localName, file);
  }
  if (field.oneof !== undefined) return style.tag === undefined ? flatRead(node, field, file, style) : undefined;
  if (field.fieldKind === "message" && field.message.typeName === "google.protobuf.Timestamp")
    return dateRead(node, file);
  if (isLong(field) && isWellKnown(field.parent) && field.fieldKind === "scalar" && isNumber(node, file))
    return `Number(${renamed(node, field.localName, file)})`;
  return member.name === field.localName ? undefined : renamed(node, field.localName, file);
}

function renamed(node: ts.PropertyAccessExpression, name: string, file: FileRewrite): string {
  return `${file.emit(node.expression)}${node.questionDotToken === undefined ? "." : "?."}${name}`;
}

function isNumber(node: ts.Expression, { world }: FileRewrite): boolean {
  return (world.checker.getTypeAtLocation(node).flags & ts.TypeFlags.NumberLike) !== 0;
}

/** Whether a property is assigned to, or deleted. */
function isTarget(node: ts.PropertyAccessExpression): boolean {
  const { parent } = node;
  if (ts.isDeleteExpression(parent)) return true;
  if (!ts.isBinaryExpression(parent) || parent.left !== node) return false;
  const { kind } = parent.operatorToken;
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function dateRead(node: ts.PropertyAccessExpression, file: FileRewrite): string | undefined {
  const { checker } = file.world;
  const type = checker.getTypeAtLocation(node);
  const plain = checker.getNonNullableType(type);
  const to =
    plain.getSymbol()?.name === "Date"
      ? "timestampDate"
      : plain.flags & ts.TypeFlags.StringLike
        ? "timestampToString"
        : undefined;
  if (to === undefined) return undefined;
  file.count("timestamp");
  const text = renamed(node, node.name.text, file);
  if (isComparedWithUndefined(node)) return text;
  const helper = file.imports.need(WKT, to);
  if (plain === type) return `${helper}(${text})`;
  return isPure(node.expression) ? grouped(node, `${text} && ${helper}(${text})`) : appliedOnce(helper, text);
}

function isComparedWithUndefined({ parent }: ts.Node): boolean {
  if (ts.isTypeOfExpression(parent)) return true;
  return (
    ts.isBinaryExpression(parent) && (isUndefined(parent.right) || parent.right.kind === ts.SyntaxKind.NullKeyword)
  );
}

/** A member of a oneof that was a property of its own. */
function flatRead(
  node: ts.PropertyAccessExpression,
  field: DescField,
  file: FileRewrite,
  style: PlainStyle,
): string | undefined {
  file.count("oneof");
  const isOptional = ts.isOptionalChain(node);
  const base = file.emit(node.expression);
  const isBare = field.fieldKind === "message" && isWrapperDesc(field.message) && style.wrappers !== true;
  const inner = isBare ? ".value" : "";
  const unset = style.unset ?? "undefined";
  if (isCondition(node) && field.fieldKind === "message") {
    const test = caseIs(base, field, isOptional, isOfInit(node, file));
    return ts.isPrefixUnaryExpression(node.parent) ? `(${test})` : test;
  }
  if (!isOptional && isSetByType(node, file)) return caseValue(base, field) + inner;
  if (!isOptional && isGuarded(node, field, file)) return caseValue(base, field) + inner;
  if (isPure(node.expression))
    return grouped(
      node,
      `${caseIs(base, field, isOptional, isOfInit(node, file))} ? ${caseValue(base, field)}${inner} : ${unset}`,
    );
  const name = field.oneof!.localName;
  const test = `${name}${isOptional || isOfInit(node, file) ? "?" : ""}.case === "${field.localName}"`;
  return `((${name}) => (${test} ? ${name}.value${inner} : ${unset}))(${base}${isOptional ? "?." : "."}${name})`;
}

/** Whether the type of the message says that the member is set, such as `Order & { voucher: Voucher }`. */
function isSetByType(node: ts.PropertyAccessExpression, { world: { checker } }: FileRewrite): boolean {
  const type = checker.getTypeAtLocation(node.expression);
  if (!type.isIntersection()) return false;
  const property = checker.getPropertyOfType(type, node.name.text);
  const declared = property && checker.getTypeOfSymbol(property);
  return declared !== undefined && checker.getNonNullableType(declared) === declared;
}

/** `Order & { voucher: Voucher }`: the members of a oneof in a type beside the message. */
export function plainIntersection(node: ts.IntersectionTypeNode, file: FileRewrite): string | undefined {
  const message = node.types.map((each) => messageOfType(each, file)).find((each) => each !== undefined);
  if (message === undefined) return undefined;
  return inPlace(node, node.types, file, (type) =>
    ts.isTypeLiteralNode(type)
      ? inPlace(type, type.members, file, (each) => memberType(each, message, file))
      : file.emit(type),
  );
}

function memberType(member: ts.TypeElement, message: DescMessage, file: FileRewrite): string {
  const field = ts.isPropertySignature(member) ? memberNamed(message, member.name.getText()) : undefined;
  if (
    !ts.isPropertySignature(member) ||
    member.type === undefined ||
    field?.kind !== "field" ||
    field.oneof === undefined
  )
    return file.emit(member);
  if (member.questionToken !== undefined) {
    file.leave(member, "a member of a oneof is no property of its own: name the case of the oneof");
    return file.emit(member);
  }
  file.count("oneof");
  return `${field.oneof.localName}: { case: "${field.localName}"; value: ${file.emit(member.type)} };`;
}

/** The message that a type is, or is made of. */
function messageOfType(node: ts.TypeNode, { world }: FileRewrite): DescMessage | undefined {
  const entity = world.entityOfType(world.checker.getTypeFromTypeNode(node));
  return isMessage(entity) ? entity.desc : undefined;
}

/** `Pick<Order, "card" | "voucher">` is `Pick<Order, "payment">`. */
export function plainKeys(node: ts.TypeReferenceNode, file: FileRewrite): string | undefined {
  const [type, keys] = node.typeArguments ?? [];
  if (type === undefined || keys === undefined || !/^(Pick|Omit)$/.test(node.typeName.getText())) return undefined;
  const message = messageOfType(type, file);
  const names = (ts.isUnionTypeNode(keys) ? [...keys.types] : [keys]).map((each) =>
    ts.isLiteralTypeNode(each) && ts.isStringLiteral(each.literal) ? each.literal.text : undefined,
  );
  if (message === undefined || names.includes(undefined)) return undefined;
  const ours = names.map((name) => {
    const member = memberNamed(message, name!);
    return member?.kind === "field" ? (member.oneof ?? member).localName : (member?.localName ?? name!);
  });
  if (ours.every((name, i) => name === names[i])) return undefined;
  file.count("name");
  return `${node.typeName.getText()}<${file.emit(type)}, ${[...new Set(ours)].map((name) => `"${name}"`).join(" | ")}>`;
}

/** Whether only the truth of an expression matters. */
function isCondition(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === ts.SyntaxKind.ExclamationToken;
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent)) return parent.expression === node;
  if (ts.isConditionalExpression(parent)) return parent.condition === node;
  if (ts.isParenthesizedExpression(parent)) return isCondition(parent);
  if (!ts.isBinaryExpression(parent)) return false;
  const { kind } = parent.operatorToken;
  const isLogical = kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken;
  return isLogical && isCondition(parent);
}

/** Comparisons and assignments of members. */
export function plainBinary(node: ts.BinaryExpression, file: FileRewrite, style: PlainStyle): string | undefined {
  const { kind } = node.operatorToken;
  if (kind === ts.SyntaxKind.EqualsToken) return assignment(node, file, style);
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken && style.tag === undefined) return neverBoth(node, file);
  const isEqual = kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.EqualsEqualsToken;
  const isUnequal =
    kind === ts.SyntaxKind.ExclamationEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsToken;
  if (!isEqual && !isUnequal) return undefined;
  const target = comparedWithUndefined(node);
  if (target === undefined) return undefined;
  const field = memberOf(target, file);
  if (field === undefined) return undefined;
  if (field.kind === "oneof") {
    if (style.tag === undefined) return undefined;
    file.count("oneof");
    return `${renamed(target, field.localName, file)}.case ${node.operatorToken.getText()} undefined`;
  }
  if (field.oneof === undefined && style.unset === "null" && field.presence !== FeatureSet_FieldPresence.IMPLICIT) {
    const operator = isEqual ? "===" : "!==";
    return `${renamed(target, field.localName, file)} ${operator} undefined`;
  }
  if (field.oneof === undefined || style.tag !== undefined) return undefined;
  file.count("oneof");
  const test = caseIs(file.emit(target.expression), field, ts.isOptionalChain(target), isOfInit(target, file));
  return isEqual ? test.replace(/===(?= "[^"]*"$)/, "!==") : test;
}

/** A condition that two members of a oneof are set, which is never so here. */
function neverBoth(node: ts.BinaryExpression, file: FileRewrite): string | undefined {
  const [left, right] = [node.left, node.right].map((side) => memberSet(side, file));
  if (left?.oneof === undefined || left.oneof !== right?.oneof || left === right) return undefined;
  file.leave(node, "only one member of a oneof can be set: this is never true, and false stands for it now");
  return "false";
}

/** The member of a oneof that is set where an expression is true. */
function memberSet(node: ts.Expression, file: FileRewrite): DescField | undefined {
  const target =
    ts.isBinaryExpression(node) && /^!==?$/.test(node.operatorToken.getText()) ? comparedWithUndefined(node) : node;
  if (target === undefined || !ts.isPropertyAccessExpression(target)) return undefined;
  const member = memberOf(target, file);
  return member?.kind === "field" ? member : undefined;
}

/** The property of `x.y === undefined`, `x.y == null` and `typeof x.y === "undefined"`. */
function comparedWithUndefined({ left, right }: ts.BinaryExpression): ts.PropertyAccessExpression | undefined {
  if (ts.isTypeOfExpression(left) && ts.isStringLiteral(right) && right.text === "undefined")
    return ts.isPropertyAccessExpression(left.expression) ? left.expression : undefined;
  if (!isUndefined(right) && right.kind !== ts.SyntaxKind.NullKeyword) return undefined;
  return ts.isPropertyAccessExpression(left) ? left : undefined;
}

function memberOf(node: ts.PropertyAccessExpression, { world }: FileRewrite): Member | undefined {
  const member = world.memberOf(node);
  return member !== undefined && isMessage(member.owner) ? memberNamed(member.owner.desc, member.name) : undefined;
}

function assignment(node: ts.BinaryExpression, file: FileRewrite, style: PlainStyle): string | undefined {
  if (!ts.isPropertyAccessExpression(node.left)) return undefined;
  const field = memberOf(node.left, file);
  if (field === undefined) return undefined;
  const base = file.emit(node.left.expression);
  if (field.kind === "oneof")
    return style.tag === undefined
      ? undefined
      : `${base}.${field.localName} = ${taggedOneof(node.right, field, file, style)}`;
  if (field.oneof === undefined || style.tag !== undefined) {
    const value = fieldValue(node.right, field, file, style);
    const isLiteral = ts.isObjectLiteralExpression(node.right) || ts.isArrayLiteralExpression(node.right);
    const text = isLiteral && field.message !== undefined ? instances(node.right, field, file, style) : value;
    return `${base}.${field.localName} = ${text}`;
  }
  file.count("oneof");
  if (isUndefined(node.right)) {
    if (!ts.isExpressionStatement(node.parent))
      return file.leave(node, "a member of a oneof is cleared inside an expression");
    return `if (${caseIs(base, field, false)}) ${base}.${field.oneof.localName} = { case: undefined }`;
  }
  const value = flatInstance(node.right, field, file, style);
  return `${base}.${field.oneof.localName} = ${value}`;
}

/** A field holds instances, where a constructor would take plain objects. */
function instances(node: ts.Expression, field: DescField, file: FileRewrite, style: PlainStyle): string {
  if (field.fieldKind === "message" && !isPlainValue(field) && ts.isObjectLiteralExpression(node))
    return instance(node, field.message, file, style) ?? file.emit(node);
  return file.emit(node);
}

function flatInstance(node: ts.Expression, field: DescField, file: FileRewrite, style: PlainStyle): string {
  if (ts.isObjectLiteralExpression(node))
    return `{ case: "${field.localName}", value: ${instances(node, field, file, style)} }`;
  return flatMember(node, field, file, style);
}

/** `order.payment?.$case` and `order.payment.card` in a case of the oneof. */
function taggedRead(node: ts.PropertyAccessExpression, file: FileRewrite, style: PlainStyle): string | undefined {
  if (isTarget(node)) return undefined;
  const { checker } = file.world;
  const holder = ts.isPropertyAccessExpression(node.expression) ? node.expression : undefined;
  const declaration = checker.getSymbolAtLocation(node.name)?.declarations?.[0];
  if (declaration === undefined || file.world.fileOf(declaration) === undefined) return undefined;
  const literal = declaration.parent;
  if (!ts.isTypeLiteralNode(literal) || !literal.members.some((each) => each.name?.getText() === style.tag))
    return undefined;
  file.count("oneof");
  const isOneof = holder !== undefined && memberOf(holder, file)?.kind === "oneof";
  const base = file.emit(node.expression);
  const dot = node.questionDotToken === undefined || (isOneof && !ts.isOptionalChain(node.expression)) ? "." : "?.";
  return `${base}${dot}${node.name.text === style.tag ? "case" : "value"}`;
}

/** Whether the code around a member has made sure that it is set, in a way that TypeScript follows. */
function isGuarded(node: ts.PropertyAccessExpression, field: DescField, file: FileRewrite): boolean {
  if (!isPure(node.expression)) return false;
  const text = node.getText().replace(/!/g, "");
  const says = (condition: ts.Expression, isTrue: boolean): boolean => decides(condition, isTrue, text, field, file);
  for (
    let inner: ts.Node = node;
    inner.parent !== undefined && !ts.isFunctionLike(inner.parent);
    inner = inner.parent
  ) {
    const outer = inner.parent;
    if (ts.isIfStatement(outer) && outer.thenStatement === inner && says(outer.expression, true)) return true;
    if (ts.isIfStatement(outer) && outer.elseStatement === inner && says(outer.expression, false)) return true;
    if (ts.isConditionalExpression(outer) && outer.whenTrue === inner && says(outer.condition, true)) return true;
    if (ts.isConditionalExpression(outer) && outer.whenFalse === inner && says(outer.condition, false)) return true;
    if (ts.isBinaryExpression(outer) && outer.right === inner) {
      const { kind } = outer.operatorToken;
      if (kind === ts.SyntaxKind.AmpersandAmpersandToken && says(outer.left, true)) return true;
      if (kind === ts.SyntaxKind.BarBarToken && says(outer.left, false)) return true;
    }
    if (ts.isBlock(outer) || ts.isSourceFile(outer) || ts.isCaseClause(outer)) {
      const before = outer.statements.slice(0, outer.statements.indexOf(inner as ts.Statement));
      if (before.some((each) => ts.isIfStatement(each) && leaves(each.thenStatement) && says(each.expression, false)))
        return true;
    }
  }
  return false;
}

/** Whether a condition that turned out so tells that the member is set. */
function decides(
  condition: ts.Expression,
  isTrue: boolean,
  text: string,
  field: DescField,
  file: FileRewrite,
): boolean {
  const again = (part: ts.Expression, so: boolean): boolean => decides(part, so, text, field, file);
  if (ts.isParenthesizedExpression(condition)) return again(condition.expression, isTrue);
  if (ts.isPrefixUnaryExpression(condition))
    return condition.operator === ts.SyntaxKind.ExclamationToken && again(condition.operand, !isTrue);
  if (!ts.isBinaryExpression(condition))
    return isTrue && field.fieldKind === "message" && condition.getText().replace(/!/g, "") === text;
  const { kind } = condition.operatorToken;
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken && isTrue)
    return again(condition.left, true) || again(condition.right, true);
  if (kind === ts.SyntaxKind.BarBarToken && !isTrue)
    return again(condition.left, false) || again(condition.right, false);
  if (comparedWithUndefined(condition)?.getText().replace(/!/g, "") !== text) return false;
  const isEqual = kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.EqualsEqualsToken;
  return isEqual !== isTrue;
}

/** Whether a statement never comes to its end. */
function leaves(statement: ts.Statement): boolean {
  if (ts.isBlock(statement)) {
    const last = statement.statements.at(-1);
    return last !== undefined && leaves(last);
  }
  return (
    ts.isReturnStatement(statement) ||
    ts.isThrowStatement(statement) ||
    ts.isContinueStatement(statement) ||
    ts.isBreakStatement(statement)
  );
}

/** `order.card!` where the case is known. */
export function plainNonNull(node: ts.NonNullExpression, file: FileRewrite, style: PlainStyle): string | undefined {
  if (style.tag !== undefined || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const field = memberOf(node.expression, file);
  if (field?.kind !== "field" || field.oneof === undefined || ts.isOptionalChain(node.expression)) return undefined;
  return isGuarded(node.expression, field, file) ? file.emit(node.expression) : undefined;
}

/** `Object.keys(order)`, which finds the members of oneofs no more. */
export function plainEntries(node: ts.CallExpression, file: FileRewrite): undefined {
  const [first] = node.arguments;
  if (first === undefined || !/^Object\.(keys|values|entries)$/.test(node.expression.getText())) return;
  const entity = file.instanceOf(first);
  if (isMessage(entity) && entity.desc.oneofs.length > 0)
    file.leave(node, "the members of a oneof are no properties of the message: this finds the oneof itself");
}

/** A message on which a method is called. */
export function receiver(node: ts.Expression, message: DescMessage, file: FileRewrite, style: PlainStyle): string {
  if (ts.isObjectLiteralExpression(node)) return instance(node, message, file, style) ?? file.emit(node);
  const text = file.emit(node);
  const isSimple =
    ts.isIdentifier(node) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isCallExpression(node) ||
    ts.isElementAccessExpression(node);
  return isSimple || ts.isNonNullExpression(node) || node.kind === ts.SyntaxKind.ThisKeyword ? text : `(${text})`;
}

/** `order.nick?.value`, where the field holds the bare value. */
export function wrapperValue(node: ts.PropertyAccessExpression, file: FileRewrite): string | undefined {
  const inner = ts.isNonNullExpression(node.expression) ? node.expression.expression : node.expression;
  if (node.name.text !== "value" || !ts.isPropertyAccessExpression(inner)) return undefined;
  const owner = file.world.memberOf(node)?.owner;
  const holder = file.world.memberOf(inner)?.owner.desc;
  if (owner?.desc.kind !== "message" || !isWrapperDesc(owner.desc) || holder?.kind !== "message") return undefined;
  file.count("wrapper");
  return file.emit(node.expression);
}
