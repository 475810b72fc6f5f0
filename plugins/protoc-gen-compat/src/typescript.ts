import {
  type DescEnum,
  type DescEnumValue,
  type DescExtension,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescMethod,
  type DescService,
  ScalarType,
} from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { namesOf } from "@protoloom/plugin-kit";
import type { Effect } from "./finding.js";
import type { AnyField } from "./pairs.js";

// The names are those that protoc-gen-ts generates, which are those of protobuf-es.

/** What breaks for source code that reads a field; undefined where nothing does. */
export function memberEffect(previous: AnyField, next: AnyField | undefined): Effect | undefined {
  if (previous.kind === "extension") {
    return exportEffect(previous, next?.kind === "extension" ? next : undefined);
  }
  const [before, after] = [memberOf(previous), next?.kind === "field" ? memberOf(next) : undefined];
  if (before.path === after?.path && before.type === after.type) return undefined;
  const owner = namesOf(previous.parent.file).shape(previous.parent);
  const uses = [
    owner,
    ...before.uses.filter(({ file }) => file === previous.parent.file).map((type) => namesOf(type.file).shape(type)),
  ];
  const others = before.uses.filter(({ file }) => file !== previous.parent.file);
  const imports = [
    importLine(previous.parent.file, ...new Set(uses)),
    ...others.map((type) => importLine(type.file, namesOf(type.file).shape(type))),
  ];
  const use =
    previous.oneof === undefined
      ? `export const use = (message: ${owner}): ${before.type} => message.${before.path};`
      : `export const use = (message: ${owner}): ${before.type} | undefined => message.${previous.oneof.localName}.case === ${JSON.stringify(previous.localName)} ? message.${previous.oneof.localName}.value : undefined;`;
  const now = after === undefined ? `${owner} has no member for it` : `message.${after.path}: ${after.type}`;
  return broken([...imports, use].join("\n"), now);
}

export function memberName(field: AnyField): string {
  return field.kind === "extension"
    ? exportedName(field)
    : `${namesOf(field.parent.file).shape(field.parent)}.${memberOf(field).path}`;
}

interface Member {
  readonly path: string;
  readonly type: string;
  readonly uses: readonly (DescMessage | DescEnum)[];
}

function memberOf(field: DescField): Member {
  const named = field.message ?? field.enum;
  const element = elementType(field);
  const path = field.oneof === undefined ? field.localName : `${field.oneof.localName}.${field.localName}`;
  const unset = field.presence === FeatureSet_FieldPresence.EXPLICIT && field.oneof === undefined;
  const types = {
    list: `${element}[]`,
    map: `Record<string, ${element}>`,
    scalar: unset ? `${element} | undefined` : element,
    enum: unset ? `${element} | undefined` : element,
    message: unset ? `${element} | undefined` : element,
  };
  return { path, type: types[field.fieldKind], uses: named === undefined ? [] : [named] };
}

function elementType(field: DescField): string {
  const named = field.message ?? field.enum;
  if (named !== undefined) return namesOf(named.file).shape(named);
  const long = "longAsString" in field && field.longAsString ? "string" : "bigint";
  switch (field.scalar!) {
    case ScalarType.STRING:
      return "string";
    case ScalarType.BYTES:
      return "Uint8Array";
    case ScalarType.BOOL:
      return "boolean";
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return long;
    default:
      return "number";
  }
}

/** What breaks for source code that creates a message without a field that is now required. */
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
  const service = exportedName(previous.parent);
  return broken(
    `${importLine(previous.parent.file, service)}\nexport const use: ${JSON.stringify(previous.methodKind)} = ${service}.method.${previous.localName}.methodKind;`,
    after ?? "it is gone",
  );
}

type Exported = DescMessage | DescEnum | DescService | DescExtension;

function exportedAs(type: Exported): string {
  return `${exportedName(type)} from ${modulePath(type.file)}`;
}

function exportedName(type: Exported): string {
  const names = namesOf(type.file);
  return type.kind === "message" || type.kind === "enum" ? names.shape(type) : names.descriptor(type);
}

function modulePath(file: DescFile): string {
  return `./${file.name}_pb.js`;
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
