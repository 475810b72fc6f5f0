import type {
  DescEnum,
  DescEnumValue,
  DescExtension,
  DescField,
  DescFile,
  DescMessage,
  DescMethod,
  DescService,
} from "@bufbuild/protobuf";
import { type FieldLayout, fieldLayout, type Layout, messageLayout } from "./layout.js";
import type { Schema } from "./schema.js";

/** A field or an extension. */
export type AnyField = DescField | DescExtension;

/** The two versions of one element. One side is missing if it was added or removed. */
export interface FilePair {
  readonly kind: "file";
  /** The old version. Undefined if the file was added. */
  readonly previous: DescFile | undefined;
  /** The new version. Undefined if the file was removed. */
  readonly next: DescFile | undefined;
}

/** A message in both versions. */
export interface MessagePair {
  readonly kind: "message";
  /** The old version. Undefined if the message was added. */
  readonly previous: DescMessage | undefined;
  /** The new version. Undefined if the message was removed. */
  readonly next: DescMessage | undefined;
  /** A field or method that uses one type on each side, if the types' names differ. */
  readonly through: FieldPair | MethodPair | undefined;
  /** Its fields and extensions, paired by number and name. */
  readonly fields: readonly FieldPair[];
  /** Both layouts, to try values with. Undefined if one version lacks the message. */
  readonly layouts: { readonly previous: Layout; readonly next: Layout } | undefined;
}

/** A field or an extension in both versions. */
export interface FieldPair {
  readonly kind: "field";
  /** The old version. Undefined if the field was added. */
  readonly previous: FieldSide | undefined;
  /** The new version. Undefined if the field was removed. */
  readonly next: FieldSide | undefined;
  /** The message that has it, or that it extends. */
  readonly message: MessagePair;
}

/** A field in one version. */
export interface FieldSide {
  /** The descriptor of protobuf-es. */
  readonly desc: AnyField;
  /** How its data is written and read. */
  readonly layout: FieldLayout;
}

/** An enum in both versions. */
export interface EnumPair {
  readonly kind: "enum";
  /** The old version. Undefined if the enum was added. */
  readonly previous: DescEnum | undefined;
  /** The new version. Undefined if the enum was removed. */
  readonly next: DescEnum | undefined;
  /** Its values, paired by number and name. */
  readonly values: readonly ValuePair[];
}

/** An enum value in both versions. */
export interface ValuePair {
  readonly kind: "enum-value";
  /** The old version. Undefined if the value was added. */
  readonly previous: DescEnumValue | undefined;
  /** The new version. Undefined if the value was removed. */
  readonly next: DescEnumValue | undefined;
  /** Its enum. */
  readonly enum: EnumPair;
}

/** A service in both versions. */
export interface ServicePair {
  readonly kind: "service";
  /** The old version. Undefined if the service was added. */
  readonly previous: DescService | undefined;
  /** The new version. Undefined if the service was removed. */
  readonly next: DescService | undefined;
}

/** An RPC in both versions. */
export interface MethodPair {
  readonly kind: "method";
  /** The old version. Undefined if the RPC was added. */
  readonly previous: DescMethod | undefined;
  /** The new version. Undefined if the RPC was removed. */
  readonly next: DescMethod | undefined;
  /** Its service. */
  readonly service: ServicePair;
}

/** Anything that a rule can look at. */
export type Pair = FilePair | MessagePair | FieldPair | EnumPair | ValuePair | ServicePair | MethodPair;
/** The kinds of elements, by which rules choose what they look at. */
export type PairKind = Pair["kind"];

export const pairKinds: readonly PairKind[] = ["file", "message", "field", "enum", "enum-value", "service", "method"];

/** All pairs of two schemas except unchanged ones: see isSame(). */
export interface Pairs {
  readonly files: readonly FilePair[];
  readonly messages: readonly MessagePair[];
  readonly enums: readonly EnumPair[];
  readonly services: readonly ServicePair[];
  readonly methods: readonly MethodPair[];
  /** Fields whose type is a changed enum, in any message, changed or not. */
  readonly enumFields: readonly FieldPair[];
}

/**
 * Pairs files by path, and types and services by full name in any file. If a file keeps its path and changes its package,
 * they are paired by the name within the package. Fields are paired by name, otherwise by number; see counterpart().
 */
export function pairSchemas(previous: Schema, next: Schema): Pairs {
  const find = finder(previous, next);
  const differ = ([a, b]: [{ proto: unknown } | undefined, { proto: unknown } | undefined]): boolean => !isSame(a, b);
  const services = pairAll(previous.services, next.services, find)
    .filter(differ)
    .map(([a, b]) => servicePair(a, b));
  const methods = services.flatMap(methodPairs);
  const messages = pairAll(previous.messages, next.messages, find);
  const named = messages
    .filter(([a, b]) => !isSame(a, b) || !sameExtensions(a, previous, next))
    .map(([a, b]) => messagePair(a, b, previous, next, undefined));
  const unchanged = messages
    .filter(([a, b]) => isSame(a, b) && a!.fields.some((field, i) => !isSame(field.enum, b!.fields[i]!.enum)))
    .map(([a, b]) => messagePair(a, b, previous, next, undefined));
  return {
    files: pairAll(previous.files, next.files, (file, others) => others.get(file.proto.name))
      .filter(differ)
      .map(([a, b]) => ({
        kind: "file",
        previous: a,
        next: b,
      })),
    messages: [...named, ...substituted(named, methods, previous, next, find)],
    enums: pairAll(previous.enums, next.enums, find)
      .filter(differ)
      .map(([a, b]) => enumPair(a, b)),
    services,
    methods,
    enumFields: [...named, ...unchanged].flatMap(({ fields }) => fields.filter(hasChangedEnum)),
  };
}

type Find = <T extends { file: DescFile; typeName: string }>(desc: T, others: ReadonlyMap<string, T>) => T | undefined;

function finder(previous: Schema, next: Schema): Find {
  const renamed = renamedPackages(previous, next);
  return (desc, others) => others.get(desc.typeName) ?? others.get(renamedTo(desc, renamed));
}

/** The methods of all services, changed or not. */
export function pairedMethods(previous: Schema, next: Schema): MethodPair[] {
  return pairAll(previous.services, next.services, finder(previous, next)).flatMap(([a, b]) =>
    methodPairs(servicePair(a, b)),
  );
}

/** The message types that the fields of two messages, paired, hold on each side. */
export function typesOfFields(
  previous: readonly AnyField[],
  next: readonly AnyField[],
): { previous: DescMessage | undefined; next: DescMessage | undefined }[] {
  return pairSides(previous, next)
    .map(typesOf)
    .filter(([a, b]) => a !== undefined && b !== undefined)
    .map(([a, b]) => ({ previous: a, next: b }));
}

/** Unchanged files share their decoded form in both schemas, though their descriptors differ if their types do. */
export function isSame(a: { proto: unknown } | undefined, b: { proto: unknown } | undefined): boolean {
  return a?.proto === b?.proto;
}

function hasChangedEnum({ previous, next }: FieldPair): boolean {
  const [a, b] = [previous?.desc.enum, next?.desc.enum];
  return a !== undefined && b !== undefined && !isSame(a, b);
}

function sameExtensions(message: DescMessage | undefined, previous: Schema, next: Schema): boolean {
  const [a = [], b = []] = [previous, next].map(({ extensions }) => extensions.get(message!.typeName));
  return a.length === b.length && a.every((extension, i) => isSame(extension, b[i]));
}

/** Maps old packages to new ones, by the path of the file. */
function renamedPackages(previous: Schema, next: Schema): Map<string, [from: string, to: string]> {
  const renamed = new Map<string, [string, string]>();
  for (const [path, file] of previous.files) {
    const other = next.files.get(path);
    if (other !== undefined && other.proto.package !== file.proto.package) {
      renamed.set(path, [file.proto.package, other.proto.package]);
    }
  }
  return renamed;
}

function renamedTo(desc: { file: DescFile; typeName: string }, renamed: Map<string, [string, string]>): string {
  const names = renamed.get(desc.file.proto.name);
  if (names === undefined) return "";
  const [from, to] = names;
  const local = from === "" ? desc.typeName : desc.typeName.slice(from.length + 1);
  return to === "" ? local : `${to}.${local}`;
}

function pairAll<T>(
  previous: ReadonlyMap<string, T>,
  next: ReadonlyMap<string, T>,
  find: (desc: T, others: ReadonlyMap<string, T>) => T | undefined,
): [T | undefined, T | undefined][] {
  const used = new Set<T>();
  const pairs: [T | undefined, T | undefined][] = [];
  for (const desc of previous.values()) {
    const other = find(desc, next);
    if (other !== undefined) used.add(other);
    pairs.push([desc, other]);
  }
  for (const desc of next.values()) if (!used.has(desc)) pairs.push([undefined, desc]);
  return pairs;
}

function messagePair(
  previous: DescMessage | undefined,
  next: DescMessage | undefined,
  previousSchema: Schema,
  nextSchema: Schema,
  through: MessagePair["through"],
): MessagePair {
  const a = previous && sidesOf(previous, previousSchema);
  const b = next && sidesOf(next, nextSchema);
  const fields: FieldPair[] = [];
  let layouts: MessagePair["layouts"];
  const pair: MessagePair = {
    kind: "message",
    previous,
    next,
    through,
    fields,
    get layouts() {
      if (previous === undefined || next === undefined) return undefined;
      layouts ??= {
        previous: messageLayout(previous, previousSchema.extensions.get(previous.typeName)),
        next: messageLayout(next, nextSchema.extensions.get(next.typeName)),
      };
      return layouts;
    },
  };
  if (a !== undefined && b !== undefined) fields.push(...pairFields(a, b, pair));
  return pair;
}

/** The fields of a message and its extensions. */
export function sidesOf(message: DescMessage, schema: Schema): AnyField[] {
  return [...message.fields, ...(schema.extensions.get(message.typeName) ?? [])];
}

function pairFields(previous: AnyField[], next: AnyField[], message: MessagePair): FieldPair[] {
  return pairSides(previous, next).map(([a, b]) => ({
    kind: "field",
    previous: a && side(a),
    next: b && side(b),
    message,
  }));
}

type Sides = readonly [previous: AnyField | undefined, next: AnyField | undefined];

function pairSides(previous: readonly AnyField[], next: readonly AnyField[]): Sides[] {
  const byName = new Map(next.map((field) => [nameOf(field), field]));
  const byNumber = new Map(next.map((field) => [field.number, field]));
  const oldNames = new Set(previous.map(nameOf));
  const used = new Set<AnyField>();
  const pairs = previous.map((field): Sides => {
    const sameNumber = byNumber.get(field.number);
    const other =
      byName.get(nameOf(field)) ?? (sameNumber && !oldNames.has(nameOf(sameNumber)) ? sameNumber : undefined);
    if (other !== undefined) used.add(other);
    return [field, other];
  });
  for (const field of next) if (!used.has(field)) pairs.push([undefined, field]);
  return pairs;
}

function nameOf(field: AnyField): string {
  return field.kind === "extension" ? field.typeName : field.name;
}

function side(desc: AnyField): FieldSide {
  return {
    desc,
    get layout() {
      return fieldLayout(desc);
    },
  };
}

/** Pairs of types with different names that the same field or method uses. They are compared by structure. */
function substituted(
  named: readonly MessagePair[],
  methods: readonly MethodPair[],
  previous: Schema,
  next: Schema,
  find: Find,
): MessagePair[] {
  const seen = new Set<string>();
  const found: MessagePair[] = [];
  const visit = (a: DescMessage | undefined, b: DescMessage | undefined, through: FieldPair | MethodPair): void => {
    if (a === undefined || b === undefined || a.typeName === b.typeName || find(a, next.messages) === b) return;
    const key = `${a.typeName} ${b.typeName}`;
    if (seen.has(key)) return;
    seen.add(key);
    const pair = messagePair(a, b, previous, next, through);
    found.push(pair);
    visitFields(pair);
  };
  const visitFields = ({ fields }: MessagePair): void => {
    for (const field of fields) visit(...typesOf([field.previous?.desc, field.next?.desc]), field);
  };
  named.forEach(visitFields);
  for (const method of methods) {
    visit(method.previous?.input, method.next?.input, method);
    visit(method.previous?.output, method.next?.output, method);
  }
  return found;
}

/** The message types of a field. If only one side is a map, its values are paired with the value field of the other's message. */
function typesOf([a, b]: Sides): [DescMessage | undefined, DescMessage | undefined] {
  const isMap = (field: AnyField | undefined): boolean => field?.fieldKind === "map";
  if (isMap(a) === isMap(b)) return [a?.message, b?.message];
  const messageOf = (field: AnyField | undefined): DescMessage | undefined =>
    isMap(field) ? field?.message : field?.message && entryValue(field.message)?.message;
  return [messageOf(a), messageOf(b)];
}

/** The field that is the value if the message is read as a map entry. */
function entryValue({ fields }: DescMessage): DescField | undefined {
  return (
    fields.find(({ name }) => name === "value") ?? fields.find(({ number, name }) => number === 2 && name !== "key")
  );
}

function enumPair(previous: DescEnum | undefined, next: DescEnum | undefined): EnumPair {
  const values: ValuePair[] = [];
  const pair: EnumPair = { kind: "enum", previous, next, values };
  if (previous === undefined || next === undefined) return pair;
  const byName = new Map(next.values.map((value) => [value.name, value]));
  const byNumber = new Map(next.values.map((value) => [value.number, value]));
  const oldNames = new Set(previous.values.map(({ name }) => name));
  const used = new Set<DescEnumValue>();
  for (const value of previous.values) {
    const sameNumber = byNumber.get(value.number);
    const other =
      byName.get(value.name) ??
      (sameNumber && !oldNames.has(sameNumber.name) && !used.has(sameNumber) ? sameNumber : undefined);
    if (other !== undefined) used.add(other);
    values.push({ kind: "enum-value", previous: value, next: other, enum: pair });
  }
  for (const value of next.values) {
    if (!used.has(value)) values.push({ kind: "enum-value", previous: undefined, next: value, enum: pair });
  }
  return pair;
}

function servicePair(previous: DescService | undefined, next: DescService | undefined): ServicePair {
  return { kind: "service", previous, next };
}

function methodPairs(service: ServicePair): MethodPair[] {
  const { previous, next } = service;
  if (previous === undefined || next === undefined) return [];
  const byName = new Map(next.methods.map((method) => [method.name, method]));
  const oldNames = new Set(previous.methods.map(({ name }) => name));
  return [
    ...previous.methods.map(
      (method): MethodPair => ({
        kind: "method",
        previous: method,
        next: byName.get(method.name),
        service,
      }),
    ),
    ...next.methods
      .filter(({ name }) => !oldNames.has(name))
      .map((method): MethodPair => ({ kind: "method", previous: undefined, next: method, service })),
  ];
}
