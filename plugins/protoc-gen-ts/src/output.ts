import type { DescEnum, DescFile, DescMessage } from "@bufbuild/protobuf";
import { FileOptions_OptimizeMode } from "@bufbuild/protobuf/wkt";
import {
  type ImportSymbol,
  importPath,
  modulePath,
  type NamedType,
  namesOf,
  SourceFile,
  type Target,
} from "@protoloom/plugin-kit";
import type { Options } from "./options.js";

const CODEC = "@protoloom/protobuf/codec";
const JSON_FORMAT = "@protoloom/protobuf/json";
const INTEROP = "@protoloom/protobuf/interop";

/** The parts of a message's generated code, by the suffix of their names. */
export type Part =
  | "new"
  | "init"
  | "read"
  | "write"
  | "fields"
  | "readJson"
  | "parseJson"
  | "writeJson"
  | "missing"
  | "info"
  | "json";

/** The parts that optimize=size uses in place of those that are large for speed or for the paths of errors. */
const smallParts: Readonly<Record<string, string>> = {
  messageInfo: "smallInfo",
  readKey: "readText",
  readRawString: "readRawText",
  readString: "readText",
  writeRawString: "writeRawText",
  writeString: "writeText",
};

/** The variables and parameters of generated functions. */
export function isLocal(name: string): boolean {
  return /^(_?[a-z]|_?init|bytes|end|json|message|options|other|outer|text)$/.test(name);
}

/** One file being generated: where emitters print, and how they refer to other symbols. */
export class Output extends SourceFile {
  readonly file: DescFile;
  readonly options: Options;
  /**
   * Whether messages get the compact form. LITE_RUNTIME omits reflection, which costs nothing here, so it means speed.
   */
  readonly isCompact: boolean;
  /** Whether the codecs use the parts of the runtime that are small. */
  readonly isSmall: boolean;
  /** Whether the types of messages are exported in another form than that of the class. */
  readonly hasShapeTypes: boolean;
  /** Whether the members of oneofs have getters and setters. */
  readonly hasGetters: boolean;
  /** Whether enums are constants with a type. */
  readonly hasConstEnums: boolean;
  private readonly generating: ReadonlySet<DescFile>;
  private counter = 0;
  /** Module variables of the encoders: the size of the last length. */
  readonly guesses: string[] = [];
  private readonly importPaths = new Map<DescFile, string>();

  constructor(file: DescFile, target: Target, generating: ReadonlySet<DescFile>, options: Options) {
    super(
      `${modulePath(file)}_pb.${target === "dts" ? "d.ts" : target}`,
      target,
      namesOf(file).taken,
      isLocal,
      options.js_import_style,
    );
    this.file = file;
    this.options = options;
    this.isCompact = options.optimize === "schema" ? asksForCodeSize(file) : options.optimize === "code_size";
    this.isSmall = options.optimize === "size";
    this.hasShapeTypes = options.message_types !== "class" && target !== "js";
    this.hasGetters = options.oneofs === "getters";
    this.hasConstEnums = options.enums !== "enum" || options.erasable_syntax === "true";
    this.generating = generating;
  }

  /** A function of the runtime's codec or json entry point. */
  codec(name: string): string {
    return this.value({ name: (this.isSmall && smallParts[name]) || name, from: CODEC });
  }

  codecType(name: string): string {
    return this.type({ name, from: CODEC });
  }

  /** JSON functions get a prefix: `jsonWriteString`, as opposed to the codec's `writeString`. */
  json(name: string): string {
    return this.value({ name, from: JSON_FORMAT, as: `json${name[0]!.toUpperCase()}${name.slice(1)}` });
  }

  jsonClass(name: string): string {
    return this.value({ name, from: JSON_FORMAT });
  }

  jsonType(name: string): string {
    return this.type({ name, from: JSON_FORMAT });
  }

  interop(name: string): string {
    return this.value({ name, from: INTEROP });
  }

  interopType(name: string): string {
    return this.type({ name, from: INTEROP });
  }

  /** The class of a message, used as a value within a function. */
  shape(type: DescMessage): string {
    return this.alias(type) ?? this.refer(type, namesOf(type.file).shape(type), false);
  }

  /** Another name for a class of this file, for functions where a variable hides it. */
  alias(type: DescMessage): string | undefined {
    const name = namesOf(type.file).shape(type);
    return type.file === this.file && isLocal(name) ? `${name}$class` : undefined;
  }

  /** The class or enum of a type, used as a type or declared. */
  shapeType(type: DescMessage | DescEnum): string {
    const name = namesOf(type.file).shape(type);
    const isClass = this.hasShapeTypes && type.kind === "message" && type.file !== this.file && !this.isShipped(type);
    return this.refer(type, isClass ? `${name}$class` : name, true);
  }

  /** The type of a valid message, for valid_types. */
  validType(type: DescMessage): string {
    return this.refer(type, namesOf(type.file).validType(type), true);
  }

  /** The type that functions of protobuf-es take and return: the class without its methods. */
  structure(type: DescMessage): string {
    return `${this.interopType("Shape")}<${this.shapeType(type)}>`;
  }

  initType(type: DescMessage): string {
    return this.refer(type, namesOf(type.file).suffixed(type, "Init"), true);
  }

  /** The type of a message or enum in JSON, for json_types. */
  jsonShape(type: DescMessage | DescEnum): string {
    return this.refer(type, namesOf(type.file).jsonType(type), true);
  }

  /** A part of a message's code, such as `Order$read`. */
  part(type: NamedType, part: Part): string {
    return this.refer(type, namesOf(type.file).suffixed(type, `$${part}`), false);
  }

  /** A function of a message's binary codec. Another file may have been generated in another form or another run. */
  binary(type: DescMessage, part: "read" | "write" | "missing"): string {
    if (this.hasParts(type)) return this.part(type, part);
    return `${this.info(type)}.${part}${part === "missing" ? "«!»" : ""}`;
  }

  /** A function of a message's JSON codec. */
  jsonCodec(type: DescMessage, part: "read" | "write"): string {
    return this.hasParts(type) ? this.part(type, `${part}Json`) : `${this.jsonOf(type)}.${part}`;
  }

  /** The binary codec of a message. */
  info(type: DescMessage): string {
    return this.hasParts(type) ? this.part(type, "info") : `${this.shape(type)}.$info`;
  }

  /**
   * The JSON codec of a message. With json=functions it is not part of the class, except in classes that the runtime
   * ships.
   */
  jsonOf(type: DescMessage): string {
    const isApart = this.options.json === "functions" && !this.isShipped(type);
    return this.hasParts(type) || isApart ? this.part(type, "json") : `${this.shape(type)}.$json`;
  }

  /** Whether the message comes with the runtime. */
  private isShipped(type: DescMessage): boolean {
    return this.importPathOf(type.file).startsWith("@protoloom/protobuf/");
  }

  /** Whether the codec of a message consists of functions in this file. */
  hasParts(type: DescMessage): boolean {
    return type.file === this.file && !this.isCompact;
  }

  /** The keyword before a part; the parts of an extension are not exported. */
  exported(type: NamedType): string {
    return type.kind === "extension" ? "" : "export ";
  }

  /** Another symbol that belongs to a type, named by its name and a suffix. */
  suffixed(type: NamedType, suffix: string): string {
    return this.refer(type, namesOf(type.file).suffixed(type, suffix), false);
  }

  /** The object that represents the values of an enum by names, for enums=string. */
  enumNames(type: DescEnum): string {
    return this.suffixed(type, "$names");
  }

  descriptor(type: NamedType | DescFile): string {
    return this.refer(type, namesOf(type.kind === "file" ? type : type.file).descriptor(type), false);
  }

  /** A new name for a module variable that is not exported. */
  variable(base: string): string {
    return this.freeName(`${base}$${++this.counter}`);
  }

  private refer(type: NamedType | DescFile, name: string, typeOnly: boolean): string {
    const file = type.kind === "file" ? type : type.file;
    if (file === this.file) return name;
    const symbol: ImportSymbol = { name, from: this.importPathOf(file) };
    return typeOnly ? this.type(symbol) : this.value(symbol);
  }

  private importPathOf(file: DescFile): string {
    let path = this.importPaths.get(file);
    if (path === undefined) {
      path = importPath(this.file, file, this.generating, this.options);
      this.importPaths.set(file, path);
    }
    return path;
  }
}

function asksForCodeSize({ proto }: DescFile): boolean {
  return proto.options?.optimizeFor === FileOptions_OptimizeMode.CODE_SIZE;
}
