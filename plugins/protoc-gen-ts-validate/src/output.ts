import type { DescEnum, DescFile, DescMessage } from "@bufbuild/protobuf";
import {
  type FieldTypeOptions,
  type ImportSymbol,
  importPath,
  type Target as Language,
  literal,
  modulePath,
  namesOf,
  SourceFile,
} from "@protoloom/plugin-kit";
import type { Target } from "./cel/target.js";
import type { Constant } from "./cel/type.js";
import type { Options } from "./options.js";

const RUNTIME = "@protoloom/validate";

/** The variables of generated functions: the message, the checks, a value, an item, a key and its text, and a count. */
export function isLocal(name: string): boolean {
  return /^([mcveksin]|x\d+)$/.test(name);
}

/** One file being generated: where emitters print, and how they refer to other symbols. */
export class Output extends SourceFile implements Target {
  readonly file: DescFile;
  readonly options: Options;
  readonly fields: FieldTypeOptions;
  private readonly generating: ReadonlySet<DescFile>;
  /** The constants of the module by their keys. */
  private readonly constants = new Map<string, { readonly name: string; readonly initializer: () => string }>();
  /** The names of the constants that are used. */
  private readonly used = new Set<string>();

  constructor(file: DescFile, language: Language, generating: ReadonlySet<DescFile>, options: Options) {
    super(
      `${modulePath(file)}_validate.${language === "dts" ? "d.ts" : language}`,
      language,
      declaredNames(file),
      isLocal,
      options.js_import_style,
    );
    this.file = file;
    this.options = options;
    this.fields = options;
    this.generating = generating;
  }

  runtime(name: string): string {
    return this.value({ name, from: `${RUNTIME}/codegen` });
  }

  runtimeType(name: string): string {
    return this.type({ name, from: `${RUNTIME}/codegen` });
  }

  json(name: string): string {
    return this.value({ name, from: "@protoloom/protobuf/json" });
  }

  enumNames(type: DescEnum): string {
    return this.value(this.pb(type, namesOf(type.file).suffixed(type, "$names")));
  }

  indexType(name: string): string {
    return this.type({ name, from: RUNTIME });
  }

  re2(name: string): string {
    return this.value({ name, from: `${RUNTIME}/re2` });
  }

  /** The function that checks a message with the official library; `isPlain`: whether its fields are as in protobuf-es. */
  library(isPlain: boolean): string {
    return this.value({ name: isPlain ? "checkByLibrary" : "checkCopyByLibrary", from: `${RUNTIME}/protovalidate` });
  }

  shapeType(message: DescMessage): string {
    return this.type(this.pb(message, namesOf(message.file).shape(message)));
  }

  schema(message: DescMessage): string {
    return this.value(this.pb(message, namesOf(message.file).descriptor(message)));
  }

  /** The function that checks a message, of this file or another one. */
  check(message: DescMessage): string {
    const name = checkName(message);
    if (message.file === this.file) return name;
    return this.value({ name, from: importPath(this.file, message.file, this.generating, this.options, "_validate") });
  }

  hoist(key: string, initializer: () => string): string {
    let constant = this.constants.get(key);
    if (constant === undefined) {
      // no name in a proto file begins with a dollar sign
      constant = { name: `$${this.constants.size + 1}`, initializer };
      this.constants.set(key, constant);
    }
    return constant.name;
  }

  constant(value: Constant): string {
    return constantCode(value, (initializer) => this.hoist(initializer, () => initializer));
  }

  override print(text = ""): void {
    for (const [name] of text.matchAll(/\$\d+/g)) this.used.add(name);
    super.print(text);
  }

  /** Prints the constants that are used. They stand at the end: functions need them only when they are called. */
  printConstants(): void {
    const constants = [...this.constants.values()].reverse(); // an initializer may use those before it
    const lines = constants.flatMap(({ name, initializer }) => {
      if (!this.used.has(name)) return [];
      const code = initializer();
      for (const [other] of code.matchAll(/\$\d+/g)) this.used.add(other);
      return [`const ${name} = ${code};`];
    });
    for (const line of lines.reverse()) this.print(line);
  }

  private pb(type: DescMessage | DescEnum, name: string): ImportSymbol {
    return { name, from: importPath(this.file, type.file, this.generating, this.options) };
  }
}

/** The code of a constant. Objects are declared by `hoist`. */
export function constantCode(value: Constant, hoist: (initializer: string) => string): string {
  if (typeof value === "string") return literal(value);
  if (typeof value === "bigint") return value < 0n ? `(${value}n)` : `${value}n`;
  if (typeof value === "number") return numberCode(value);
  if (value === null || typeof value === "boolean") return String(value);
  return hoist(initializerOf(value));
}

function numberCode(value: number): string {
  if (Number.isNaN(value)) return "Number.NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Number.POSITIVE_INFINITY" : "Number.NEGATIVE_INFINITY";
  return value < 0 || Object.is(value, -0) ? `(${Object.is(value, -0) ? "-0" : value})` : String(value);
}

function initializerOf(value: Exclude<Constant, string | number | bigint | boolean | null>): string {
  const code = (item: Constant): string => constantCode(item, (initializer) => initializer);
  if (value instanceof Uint8Array) return `/*@__PURE__*/ Uint8Array.of(${value.join(", ")})`;
  if ("seconds" in value) return `{ seconds: ${code(value.seconds)}, nanos: ${code(value.nanos)} }`;
  return `[${value.map(code).join(", ")}]`;
}

export function checkName(message: DescMessage): string {
  return namesOf(message.file).suffixed(message, "$check");
}

/** The exported functions of a message, and the table of a file. */
export function publicNames(message: DescMessage): { readonly validate: string; readonly assert: string } {
  const shape = namesOf(message.file).shape(message);
  return { validate: `validate${shape}`, assert: `assertValid${shape}` };
}

export function tableName(file: DescFile): string {
  return `validators_${file.name.replace(/[^a-zA-Z0-9_]+/g, "_")}`;
}

function declaredNames(file: DescFile): Set<string> {
  const names = new Set([
    "Object",
    "Number",
    "BigInt",
    "String",
    "Set",
    "Date",
    "RegExp",
    "Uint8Array",
    tableName(file),
  ]);
  const add = (message: DescMessage): void => {
    const { validate, assert } = publicNames(message);
    names.add(validate).add(assert).add(checkName(message));
    message.nestedMessages.forEach(add);
  };
  file.messages.forEach(add);
  return names;
}
