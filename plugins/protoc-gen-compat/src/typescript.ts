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
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import {
  elementType,
  fieldType,
  fieldValue,
  isOptional,
  isShipped,
  namesOf,
  type TypeNames,
} from "@protoloom/plugin-kit";
import type { Effect } from "./finding.js";
import type { AnyField } from "./pairs.js";

// The names are those that protoc-gen-ts generates, and equal those of protobuf-es.

/** The break for source code that reads or sets a field. Undefined if there is none. */
export function memberEffect(previous: AnyField, next: AnyField | undefined): Effect | undefined {
  if (previous.kind === "extension") {
    return exportEffect(previous, next?.kind === "extension" ? next : undefined);
  }
  const [before, after] = [memberOf(previous), next?.kind === "field" ? memberOf(next) : undefined];
  const reads = after?.path === before.path && isAssignable(after, before);
  const writes = after?.path === before.path && isAssignable(before, after);
  if (reads && writes) return undefined;
  const owner = namesOf(previous.parent.file).shape(previous.parent);
  const ofRuntime = before.uses.length === 0 && runtimeTypes.has(before.element);
  const more = ofRuntime ? [`import type { ${before.element} } from "@protoloom/protobuf/json";`] : [];
  const imports = [...importLines([previous.parent, ...before.uses].map(shapeImport)), ...more];
  const use = reads ? settingOf(owner, before) : readingOf(owner, before, previous);
  const now = after === undefined ? `${owner} has no member for it` : `message.${after.path}: ${after.type}`;
  return broken([...imports, use].join("\n"), now);
}

/** The types of fields that the runtime exports. */
const runtimeTypes: ReadonlySet<string> = new Set<Parameters<TypeNames["jsonType"]>[0]>([
  "JsonObject",
  "Instant",
  "TemporalDuration",
]);

function readingOf(owner: string, { type, path }: Member, { oneof, localName }: DescField): string {
  if (oneof === undefined) return `export const use = (message: ${owner}): ${type} => message.${path};`;
  const { localName: member } = oneof;
  const value = `message.${member}.case === ${JSON.stringify(localName)} ? message.${member}.value : undefined`;
  return `export const use = (message: ${owner}): ${type} | undefined => ${value};`;
}

function settingOf(owner: string, { type, path }: Member): string {
  return `export const use = (message: ${owner}, value: ${type}): void => { message.${path} = value; };`;
}

/** Whether a value of one type is assignable to the other. The compiler treats enums and numbers alike. */
function isAssignable(from: Member, to: Member): boolean {
  if (from.isOptional && !to.isOptional) return false;
  if (from.element === to.element && from.isEnum === to.isEnum) return from.form === to.form;
  const isNumeric = (from.isEnum && to.element === "number") || (from.element === "number" && to.isEnum);
  return isNumeric && from.form === to.form;
}

export function memberName(field: AnyField): string {
  return field.kind === "extension"
    ? exportedName(field)
    : `${namesOf(field.parent.file).shape(field.parent)}.${memberOf(field).path}`;
}

export interface Member {
  readonly path: string;
  readonly type: string;
  /** The type of an element, without a list or map around it. */
  readonly element: string;
  readonly form: "list" | "map" | "single";
  readonly isOptional: boolean;
  readonly isEnum: boolean;
  readonly uses: readonly (DescMessage | DescEnum)[];
}

/** The property of a field, as protoc-gen-ts declares it. */
export function memberOf(field: DescField): Member {
  const v = fieldValue(field, { int64: "bigint" });
  const element = elementType(typeNames, v);
  const type = fieldType(field, element);
  const hasUndefined = isOptional(field);
  return {
    path: field.oneof === undefined ? field.localName : `${field.oneof.localName}.${field.localName}`,
    type: hasUndefined ? `${type} | undefined` : type,
    element,
    form: field.fieldKind === "list" || field.fieldKind === "map" ? field.fieldKind : "single",
    isOptional: hasUndefined,
    isEnum: v.kind === "enum",
    uses: v.kind === "enum" ? [v.enum] : v.kind === "message" && v.adapter === "none" ? [v.message] : [],
  };
}

/** A witness imports each type by its own name. */
const typeNames: TypeNames = {
  shapeType: (type) => namesOf(type.file).shape(type),
  jsonType: (name) => name,
};

/** The break for source code that creates a message without a newly required field. */
export function initEffect(field: DescField): Effect {
  const owner = namesOf(field.parent.file).shape(field.parent);
  const others = field.parent.fields.filter(
    (other) => other !== field && other.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED,
  );
  const init = others.map((other) => `${other.localName}: undefined as never`).join(", ");
  return broken(
    `${importLine(field.parent.file, owner)}\nexport const use = (): ${owner} => new ${owner}({ ${init} });`.replace(
      "{  }",
      "{}",
    ),
    `${field.localName} is missing in its init`,
  );
}

export function enumMemberEffect(previous: DescEnumValue, next: DescEnumValue | undefined): Effect | undefined {
  if (previous.localName === next?.localName) return undefined;
  const name = namesOf(previous.parent.file).shape(previous.parent);
  return broken(
    `${importLine(previous.parent.file, name)}\nexport const use: ${name} = ${name}.${previous.localName};`,
    next === undefined ? `${name} has no such member` : `${name}.${next.localName}`,
  );
}

export function exportEffect<T extends Exported>(previous: T, next: T | undefined): Effect | undefined {
  const [before, after] = [exportedAs(previous), next && exportedAs(next)];
  if (before === after) return undefined;
  return broken(
    `${importLine(previous.file, exportedName(previous))}\nexport const use: typeof ${exportedName(previous)} = ${exportedName(previous)};`,
    after === undefined ? "it is gone" : after,
  );
}

export function methodEffect(previous: DescMethod, next: DescMethod | undefined): Effect | undefined {
  const [before, after] = [previous, next].map((method) =>
    method === undefined
      ? undefined
      : `${method.localName}: ${method.methodKind}, ${exportedName(method.input)} → ${exportedName(method.output)}`,
  );
  if (before === after) return undefined;
  const method = `${exportedName(previous.parent)}.method.${previous.localName}`;
  const changed = (["input", "output"] as const).find(
    (part) => next !== undefined && exportedName(previous[part]) !== exportedName(next[part]),
  );
  const service: Import = [previous.parent.file, exportedName(previous.parent)];
  if (changed === undefined || previous.methodKind !== next!.methodKind) {
    const kind = JSON.stringify(previous.methodKind);
    return broken(
      `${importLines([service]).join("")}\nexport const use: ${kind} = ${method}.methodKind;`,
      after ?? "it is gone",
    );
  }
  const type = previous[changed];
  const schema = namesOf(type.file).descriptor(type);
  const imports = importLines([service, [type.file, schema]]).join("\n");
  return broken(`${imports}\nexport const use: typeof ${schema} = ${method}.${changed};`, after!);
}

type Exported = DescMessage | DescEnum | DescService | DescExtension;

function exportedAs(type: Exported): string {
  return `${exportedName(type)} from ${modulePath(type.file)}`;
}

function exportedName(type: Exported): string {
  const names = namesOf(type.file);
  return type.kind === "message" || type.kind === "enum" ? names.shape(type) : names.descriptor(type);
}

/** The module path from the root of the generated code. Well-known types are in the runtime. */
function modulePath(file: DescFile): string {
  return isShipped(file)
    ? `@protoloom/protobuf/wkt/${file.name.slice("google/protobuf/".length)}`
    : `./${file.name}_pb.js`;
}

type Import = readonly [from: DescFile, name: string];

function shapeImport(type: DescMessage | DescEnum): Import {
  return [type.file, namesOf(type.file).shape(type)];
}

/** One import line for each file. */
function importLines(imports: readonly Import[]): string[] {
  const files = new Map<DescFile, Set<string>>();
  for (const [file, name] of imports) files.set(file, (files.get(file) ?? new Set()).add(name));
  return [...files].map(([file, names]) => importLine(file, ...names));
}

function importLine(file: DescFile, ...names: readonly string[]): string {
  return `import { ${names.join(", ")} } from ${JSON.stringify(modulePath(file))};`;
}

function broken(source: string, now: string): Effect {
  return {
    surface: "typescript",
    direction: "backward",
    verdict: "breaking",
    witness: {
      surface: "typescript",
      direction: "backward",
      writer: "previous",
      message: "",
      data: source,
      written: "compiles",
      read: now,
    },
  };
}
