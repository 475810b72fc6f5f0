import type { DescEnum, DescExtension, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { fieldsWithDefault } from "./declared-default.js";
import { literal } from "./source-file.js";

/** A type that has its own name in the generated file. */
export type NamedType = DescMessage | DescEnum | DescExtension | DescService;

/**
 * The exported names of one generated file. The first three groups are exactly those of protobuf-es: shapes (classes and
 * enums), then descriptors (`XSchema`, `file_x`, extensions, services), then JSON types. Our additional exports come last,
 * so that they never take a name from the others.
 */
export class FileNames {
  readonly taken: Set<string> = new Set();
  private readonly shapes = new Map<NamedType, string>();
  private readonly descriptors = new Map<NamedType | DescFile, string>();
  private readonly jsonTypes = new Map<NamedType, string>();
  private readonly more = new Map<string, string>();

  constructor(file: DescFile) {
    const types = [...nestedTypes(file)];
    for (const type of types) {
      if (type.kind === "message" || type.kind === "enum")
        this.shapes.set(type, this.claim(baseName(type), safeTypeName));
    }
    this.descriptors.set(file, this.claim(`file_${file.name.replace(/[^a-zA-Z0-9_]+/g, "_")}`));
    for (const type of types) {
      const suffix = type.kind === "message" || type.kind === "enum" ? "Schema" : "";
      this.descriptors.set(type, this.claim(baseName(type) + suffix));
    }
    for (const type of types) {
      if (type.kind === "message" || type.kind === "enum")
        this.jsonTypes.set(type, this.claim(`${baseName(type)}Json`));
    }
    // Claimed here, not on first use: imports must give way to these names.
    for (const type of types) if (type.kind === "message") this.suffixed(type, "Init");
    for (const type of types) {
      if (type.kind === "message" && fieldsWithDefault(type).length > 0) this.suffixed(type, "Defaults");
    }
  }

  shape(type: DescMessage | DescEnum): string {
    return this.shapes.get(type)!;
  }

  /** The name of its JSON type. */
  jsonType(type: DescMessage | DescEnum): string {
    return this.jsonTypes.get(type)!;
  }

  /** The name of its type for valid messages. */
  validType(type: DescMessage): string {
    return this.later(type, "Valid", baseName(type));
  }

  descriptor(type: NamedType | DescFile): string {
    return this.descriptors.get(type)!;
  }

  /**
   * A further name that belongs to a type, such as `OrderInit`. A name whose suffix begins with "$" is not claimed: proto
   * names cannot contain "$", and imports never use a claimed name followed by "$".
   */
  suffixed(type: NamedType, suffix: string): string {
    const base = this.shapes.get(type) ?? this.descriptor(type);
    return suffix.startsWith("$") ? base + suffix : this.later(type, suffix, base);
  }

  /** A name that is claimed on first use. */
  private later(type: NamedType, suffix: string, base: string): string {
    const key = `${type.typeName} ${suffix}`;
    let name = this.more.get(key);
    if (name === undefined) {
      name = this.claim(base + suffix);
      this.more.set(key, name);
    }
    return name;
  }

  private claim(ideal: string, safe = safeIdentifier): string {
    let name = safe(ideal);
    for (let i = 1; this.taken.has(name); i++) name = ideal + (i === 1 ? "$" : `$${i - 1}`);
    this.taken.add(name);
    return name;
  }
}

const cache = new WeakMap<DescFile, FileNames>();

/** The names of a file, computed once. */
export function namesOf(file: DescFile): FileNames {
  let names = cache.get(file);
  if (names === undefined) {
    names = new FileNames(file);
    cache.set(file, names);
  }
  return names;
}

/** The name without its package, nested types joined by underscores. */
function baseName(type: NamedType): string {
  const pkg = type.file.proto.package;
  return type.typeName.substring(pkg === "" ? 0 : pkg.length + 1).replaceAll(".", "_");
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const reserved = words(
  "break case catch class const continue debugger default delete do else export extends false finally for function " +
    "if import in instanceof new null return super switch this throw true try typeof var void while with yield " +
    "enum implements interface let package private protected public static " +
    "Object bigint number boolean string object globalThis Uint8Array Partial " + // as in protobuf-es
    "await arguments eval undefined", // protobuf-es declares these, which is an error in modules
);

/** Names that TypeScript reads as types or type operators. protobuf-es does not escape them. */
const reservedTypes = words("any as unknown never symbol infer keyof readonly unique");

/** A name that a module can declare: a reserved name gets a dollar sign appended. */
export function safeIdentifier(name: string): string {
  return reserved.has(name) ? `${name}$` : name;
}

/** The same for a class or an enum, which is a type too. */
function safeTypeName(name: string): string {
  return reservedTypes.has(name) ? `${name}$` : safeIdentifier(name);
}

/** Whether a property name needs no quotes. */
export function isIdentifier(name: string): boolean {
  return /^[a-zA-Z_$][\w$]*$/.test(name);
}

/** The key of a property in a declaration or an object literal. */
export function propertyKey(name: string): string {
  return isIdentifier(name) ? name : literal(name);
}

/** The access of a property: `.name` or `["1st"]`. */
export function property(name: string): string {
  return isIdentifier(name) ? `.${name}` : `[${literal(name)}]`;
}
