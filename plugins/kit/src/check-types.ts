import { isFieldSet } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FieldDescriptorProto_Label as Label,
  type ServiceDescriptorProto,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { parseBytesDefault } from "./bytes-default.js";
import { locateAt } from "./location.js";
import * as source from "./source.js";

// The highest number that fits a tag: three of its 32 bits are the wire type.
const MAX_NUMBER = 536870911;
/** The number of a MessageSet item is a varint. This is protoc's limit. */
const MAX_ITEM_NUMBER = 2147483646;

/** Checks the types of all files: names, numbers and references. Returns one line for each finding. */
export function checkTypes(files: readonly FileDescriptorProto[]): string[] {
  const checks = files.map((file) => new FileCheck(file));
  const types = new Map<string, Declared>();
  for (const check of checks) check.checkNames(types);
  const named = checks.flatMap(({ findings }) => findings);
  if (named.length > 0) return named; // the checks below print the names
  const visible = new Visible();
  for (const check of checks) check.checkDeclarations(types, visible.from(check.file));
  return checks.flatMap(({ findings }) => findings);
}

type Declared =
  | { readonly kind: "message"; readonly proto: DescriptorProto; readonly file: FileDescriptorProto }
  | { readonly kind: "enum"; readonly proto: EnumDescriptorProto; readonly file: FileDescriptorProto }
  | { readonly kind: "extension"; readonly proto: FieldDescriptorProto; readonly file: FileDescriptorProto }
  | { readonly kind: "service"; readonly proto: ServiceDescriptorProto; readonly file: FileDescriptorProto };

/** A type with the scope that it is declared in, and its path in SourceCodeInfo. */
type Element = Declared & { readonly scope: string; readonly path: string };

type Types = ReadonlyMap<string, Declared>;

/** All types of a file. Nested types follow their parents. */
function elementsOf(file: FileDescriptorProto): Element[] {
  const found: Element[] = [];
  const visit = (proto: DescriptorProto, scope: string, path: string): void => {
    found.push({ kind: "message", proto, file, scope, path });
    const inner = join(scope, proto.name);
    for (const [i, m] of proto.nestedType.entries()) visit(m, inner, `${path},${source.MESSAGE_NESTED},${i}`);
    addLeaves(inner, proto, `${path},${source.MESSAGE_ENUM}`, `${path},${source.MESSAGE_EXTENSION}`);
  };
  const addLeaves = (
    scope: string,
    { enumType, extension }: Pick<DescriptorProto, "enumType" | "extension">,
    enumPath: string,
    extensionPath: string,
  ): void => {
    found.push(
      ...enumType.map((proto, i) => ({ kind: "enum", proto, file, scope, path: `${enumPath},${i}` }) as const),
    );
    found.push(
      ...extension.map(
        (proto, i) => ({ kind: "extension", proto, file, scope, path: `${extensionPath},${i}` }) as const,
      ),
    );
  };
  const scope = file.package;
  for (const [i, proto] of file.messageType.entries()) visit(proto, scope, `${source.FILE_MESSAGE},${i}`);
  addLeaves(scope, file, `${source.FILE_ENUM}`, `${source.FILE_EXTENSION}`);
  for (const [i, proto] of file.service.entries()) {
    found.push({ kind: "service", proto, file, scope, path: `${source.FILE_SERVICE},${i}` });
  }
  return found;
}

/** The files whose types a file sees: itself, its imports, and their public imports. */
class Visible {
  private readonly through = new Map<string, ReadonlySet<string>>();

  from({ name, dependency, publicDependency }: FileDescriptorProto): ReadonlySet<string> {
    const all = (files: readonly string[]): string[] => files.flatMap((file) => [...(this.through.get(file) ?? [])]);
    this.through.set(name, new Set([name, ...all(publicDependency.map((i) => dependency[i] ?? ""))]));
    return new Set([name, ...all(dependency)]);
  }
}

class FileCheck {
  readonly file: FileDescriptorProto;
  readonly findings: string[] = [];
  private readonly elements: readonly Element[];
  private types: Types = new Map();
  private visible: ReadonlySet<string> = new Set();

  constructor(file: FileDescriptorProto) {
    this.file = file;
    this.elements = elementsOf(file);
  }

  private report(path: string, what: string, wrong: string): void {
    this.findings.push(`${locateAt(this.file, path)}: ${what}: ${wrong}`);
  }

  /** Checks all names, and enters the types into the table. */
  checkNames(types: Map<string, Declared>): void {
    const { file } = this;
    if (file.package !== "" && !file.package.split(".").every(isName)) {
      this.report("2", `package ${JSON.stringify(file.package)}`, "expected names with dots between them");
    }
    for (const element of this.elements) {
      const { kind, proto, scope, path } = element;
      const name = join(scope, proto.name);
      const isEntry = kind === "message" && proto.options?.mapEntry === true; // the entry of the field _1 is 1Entry
      this.checkName(kind, isEntry ? `_${proto.name}` : proto.name, scope, path);
      const first = types.get(name);
      if (first !== undefined) this.report(path, `${kind} ${name}`, `is declared twice, first in ${first.file.name}`);
      else types.set(name, element);
      if (kind === "message") {
        this.checkMembers("field", proto.field, name, `${path},${source.MESSAGE_FIELD}`);
        this.checkMembers("oneof", proto.oneofDecl, name, `${path},${source.MESSAGE_ONEOF}`);
      }
      if (kind === "enum") this.checkMembers("enum value", proto.value, name, `${path},${source.ENUM_VALUE}`);
      if (kind === "service") this.checkMembers("rpc", proto.method, name, `${path},${source.SERVICE_METHOD}`);
    }
  }

  /** Checks names that must be unique within their type. */
  private checkMembers(kind: string, members: readonly { readonly name: string }[], scope: string, path: string): void {
    const seen = new Set<string>();
    for (const [i, { name }] of members.entries()) {
      this.checkName(kind, name, scope, `${path},${i}`);
      if (seen.has(name)) this.report(`${path},${i}`, `${kind} ${scope}.${name}`, "is declared twice");
      seen.add(name);
    }
  }

  private checkName(kind: string, name: string, scope: string, path: string): void {
    if (isName(name)) return;
    const what = `${kind} ${JSON.stringify(name)}${scope === "" ? "" : ` in ${JSON.stringify(scope)}`}`;
    this.report(path, what, "expected a name of letters, digits and underscores, without a digit in front");
  }

  /** Checks numbers, types and references. */
  checkDeclarations(types: Types, visible: ReadonlySet<string>): void {
    this.types = types;
    this.visible = visible;
    for (const { kind, proto, scope, path } of this.elements) {
      const name = join(scope, proto.name);
      if (kind === "message") this.checkMessage(proto, name, path);
      if (kind === "enum" && proto.value.length === 0) this.report(path, `enum ${name}`, "expected at least one value");
      if (kind === "extension") this.checkExtension(proto, name, path);
      if (kind === "service") this.checkService(proto, name, path);
    }
  }

  private checkMessage(message: DescriptorProto, name: string, path: string): void {
    if (message.options?.mapEntry === true && !isMapEntry(message)) {
      this.report(path, `map entry ${name}`, "expected the fields key = 1, an integer, bool or string, and value = 2");
    }
    const numbers = new Map<number, string>();
    for (const [i, field] of message.field.entries()) {
      const what = `field ${name}.${field.name}`;
      const fieldPath = `${path},${source.MESSAGE_FIELD},${i}`;
      const first = numbers.get(field.number);
      if (first !== undefined) this.report(fieldPath, what, `has the number ${field.number} of ${first}`);
      numbers.set(field.number, field.name);
      this.checkField(field, what, name, fieldPath);
      this.checkOneofIndex(message, field, what, fieldPath);
    }
  }

  private checkField(
    field: FieldDescriptorProto,
    what: string,
    scope: string,
    path: string,
    maxNumber: number = MAX_NUMBER,
  ): void {
    if (field.number < 1 || field.number > maxNumber) {
      this.report(path, what, `expected a number from 1 to ${maxNumber}, got ${field.number}`);
    }
    if (Label[field.label] === undefined) this.report(path, what, `label ${field.label} is unknown`);
    if (Type[field.type] === undefined) this.report(path, what, `type ${field.type} is unknown`);
    const desc = field.type === Type.ENUM ? this.resolve("enum", field.typeName, what, path) : undefined;
    if (field.defaultValue !== "" && !isDefault(field, desc?.proto)) {
      this.report(path, what, `${JSON.stringify(field.defaultValue)} is no default for its type`);
    }
    if (!isMessage(field.type)) return;
    const message = this.resolve("message", field.typeName, what, path);
    if (message?.proto.options?.mapEntry !== true) return;
    if (field.label !== Label.REPEATED || field.type !== Type.MESSAGE || !isInside(field.typeName, scope)) {
      this.report(path, what, `refers to the map entry ${field.typeName.slice(1)} without being its map`);
    }
  }

  private checkOneofIndex(message: DescriptorProto, field: FieldDescriptorProto, what: string, path: string): void {
    if (!isFieldSet(field, FieldDescriptorProtoSchema.field.oneofIndex)) return;
    if (message.oneofDecl[field.oneofIndex] === undefined) {
      this.report(path, what, `has the oneof index ${field.oneofIndex}, of ${message.oneofDecl.length}`);
    } else if (field.label !== Label.OPTIONAL) {
      this.report(path, what, "is in a oneof, but not optional");
    }
  }

  private checkExtension(field: FieldDescriptorProto, name: string, path: string): void {
    const what = `extension ${name}`;
    const extendee = this.resolve("message", field.extendee, what, path);
    const isItem = extendee?.proto.options?.messageSetWireFormat === true;
    this.checkField(field, what, name, path, isItem ? MAX_ITEM_NUMBER : MAX_NUMBER);
    const ranges = extendee?.proto.extensionRange;
    if (ranges?.some(({ start, end }) => start <= field.number && field.number < end) === false) {
      this.report(path, what, `${field.extendee.slice(1)} has no extension number ${field.number}`);
    }
  }

  private checkService(service: ServiceDescriptorProto, name: string, path: string): void {
    for (const [i, method] of service.method.entries()) {
      const what = `rpc ${name}.${method.name}`;
      const methodPath = `${path},${source.SERVICE_METHOD},${i}`;
      for (const type of [method.inputType, method.outputType]) {
        const message = this.resolve("message", type, what, methodPath);
        if (message?.proto.options?.mapEntry) this.report(methodPath, what, `refers to the map entry ${type.slice(1)}`);
      }
    }
  }

  /** Resolves a reference: a full name with a leading dot. */
  private resolve<K extends Declared["kind"]>(
    kind: K,
    reference: string,
    what: string,
    path: string,
  ): Extract<Declared, { kind: K }> | undefined {
    const type = reference.startsWith(".") ? this.types.get(reference.slice(1)) : undefined;
    const name = JSON.stringify(reference);
    if (type === undefined) {
      this.report(path, what, `${kind} ${name} is not declared`);
    } else if (type.kind !== kind) {
      this.report(path, what, `expected ${kind}, but ${name} is declared as ${type.kind}`);
    } else if (!this.visible.has(type.file.name)) {
      this.report(path, what, `${kind} ${name} is declared in ${type.file.name}, which is not imported`);
    } else {
      return type as Extract<Declared, { kind: K }>;
    }
    return undefined;
  }
}

/** Whether the message is a valid map entry (descriptor.proto, MessageOptions.map_entry). */
function isMapEntry({ field, oneofDecl }: DescriptorProto): boolean {
  const [key, value, ...others] = [...field].sort((a, b) => a.number - b.number);
  if (key === undefined || value === undefined || others.length > 0 || oneofDecl.length > 0) return false;
  const isKey = key.name === "key" && key.number === 1 && key.label === Label.OPTIONAL && isKeyType(key.type);
  return (
    isKey && value.name === "value" && value.number === 2 && value.label === Label.OPTIONAL && value.type !== Type.GROUP
  );
}

function isMessage(type: Type): boolean {
  return type === Type.MESSAGE || type === Type.GROUP;
}

function isKeyType(type: Type): boolean {
  return !isMessage(type) && ![Type.ENUM, Type.FLOAT, Type.DOUBLE, Type.BYTES].includes(type);
}

/** Whether `default_value` has the form that descriptor.proto specifies. */
function isDefault({ type, defaultValue }: FieldDescriptorProto, desc: EnumDescriptorProto | undefined): boolean {
  switch (type) {
    case Type.STRING:
      return true;
    case Type.BYTES:
      return parseBytesDefault(defaultValue) !== undefined;
    case Type.BOOL:
      return defaultValue === "true" || defaultValue === "false";
    case Type.ENUM:
      return desc === undefined || desc.value.some(({ name }) => name === defaultValue);
    case Type.FLOAT:
    case Type.DOUBLE:
      return /^(-?inf|-?nan|-?[0-9.]+(e[-+]?[0-9]+)?)$/i.test(defaultValue);
    case Type.MESSAGE:
    case Type.GROUP:
      return false;
    default:
      return /^-?[0-9]{1,20}$/.test(defaultValue);
  }
}

/** Whether a reference is to a type that is declared directly in the scope. */
function isInside(reference: string, scope: string): boolean {
  return reference.slice(1, reference.lastIndexOf(".")) === scope;
}

function isName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}

function join(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}
