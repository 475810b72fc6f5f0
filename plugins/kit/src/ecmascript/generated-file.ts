import type { AnyDesc, DescFile } from "@bufbuild/protobuf";
import type { FileInfo, GeneratedFile, ImportSymbol, Printable } from "@bufbuild/protoplugin";
import { Imports, type ModuleImports } from "../imports.js";
import { createImportSymbol } from "./import-symbol.js";
import { jsDocText } from "./js-doc.js";
import { addPieces, type ExportStatement, type Piece, type Resolver, stringText } from "./printable.js";

/** The parts of the schema that a file uses. */
export interface FileContext extends Resolver {
  readonly jsImportStyle: GeneratedFile["jsImportStyle"];
  preambleOf(file: DescFile): string;
  /** The import specifier of a path in a file, both relative to the output root. */
  importPath(importer: string, path: string): string;
}

/**
 * The `GeneratedFile` of protoplugin: lines, and the imports that they need. The file's exports keep their names; an
 * import with the same name gets another local name.
 */
export class EcmaScriptFile implements GeneratedFile {
  readonly name: string;
  readonly jsImportStyle: GeneratedFile["jsImportStyle"];
  private readonly context: FileContext;
  /** The path by which other files import this one. */
  private readonly ownPath: string;
  private readonly lines: (string | readonly Piece[])[] = [];
  private head: string | undefined;

  constructor(name: string, context: FileContext) {
    this.name = name;
    this.context = context;
    this.jsImportStyle = context.jsImportStyle;
    const path = name.replace(/\.(js|ts|d.ts)$/, ".js");
    this.ownPath = /^\.{1,2}\//.test(path) ? path : `./${path}`;
  }

  get runtime(): GeneratedFile["runtime"] {
    return this.context.runtime;
  }

  preamble(file: DescFile): void {
    this.head = this.context.preambleOf(file);
  }

  print(first?: Printable | TemplateStringsArray, ...rest: Printable[]): void {
    if (rest.length === 0 && (first === undefined || typeof first === "string")) {
      this.lines.push(first ?? "");
      return;
    }
    const pieces: Piece[] = [];
    if (isTemplate(first)) {
      for (const [i, text] of first.entries()) {
        pieces.push(text);
        if (i < rest.length) addPieces(pieces, [rest[i]!], this.context);
      }
    } else addPieces(pieces, first === undefined ? rest : [first, ...rest], this.context);
    this.lines.push(pieces);
  }

  string(value: string): Printable {
    return { kind: "es_string", value };
  }

  array(elements: Printable[]): Printable {
    return ["[", ...elements.flatMap((element, i) => (i === 0 ? [element] : [", ", element])), "]"];
  }

  jsDoc(described: string | Exclude<AnyDesc, DescFile>, indentation?: string): Printable {
    return { kind: "es_jsdoc", text: typeof described === "string" ? described : jsDocText(described), indentation };
  }

  export(declaration: string, name: string): ExportStatement {
    return { kind: "es_export_stmt", name, declaration };
  }

  import(name: string, from: string, typeOnly = false): ImportSymbol {
    return createImportSymbol(name, from, typeOnly);
  }

  importShape(desc: Parameters<GeneratedFile["importShape"]>[0]): ImportSymbol {
    return this.context.importShape(desc);
  }

  importJson(desc: Parameters<GeneratedFile["importJson"]>[0]): ImportSymbol {
    return this.context.importJson(desc);
  }

  importValid(desc: Parameters<GeneratedFile["importValid"]>[0]): ImportSymbol {
    return this.context.importValid(desc);
  }

  importSchema(desc: Parameters<GeneratedFile["importSchema"]>[0], typeOnly = false): ImportSymbol {
    return this.context.importSchema(desc, typeOnly);
  }

  /** The file as text, with its preamble kept separate. It has no content until something is printed. */
  toFileInfo(): FileInfo {
    return { name: this.name, content: this.lines.length === 0 ? "" : this.content(), preamble: this.head };
  }

  private content(): string {
    const imports = this.resolveImports();
    const isCommonJs = this.jsImportStyle === "legacy_commonjs";
    const head = isCommonJs
      ? ['"use strict";', 'Object.defineProperty(exports, "__esModule", { value: true });', ""]
      : [];
    for (const [from, names] of imports.entries()) head.push(...this.importLines(from, names));
    if (head.length > 0) head.push("");
    const exported: string[] = [];
    const text = (piece: Piece): string => {
      if (typeof piece === "string") return piece;
      if (piece.kind === "es_symbol") return this.localName(piece, imports);
      if (isCommonJs) exported.push(piece.name);
      const declared = piece.declaration ? `${piece.declaration} ${piece.name}` : piece.name;
      return isCommonJs ? declared : `export ${declared}`;
    };
    const body = this.lines.map((line) => (typeof line === "string" ? line : line.map(text).join("")));
    if (exported.length > 0) body.push("", ...exported.map((name) => `exports.${name} = ${name};`));
    return `${head.length > 0 ? `${head.join("\n")}\n` : ""}${body.join("\n")}\n`;
  }

  /** Names of the file's own exports, and of references to them, are assigned before imports. */
  private resolveImports(): Imports {
    const imports = new Imports();
    const foreign: ImportSymbol[] = [];
    for (const line of this.lines) {
      if (typeof line === "string") continue;
      for (const piece of line) {
        if (typeof piece === "string") continue;
        if (piece.kind === "es_symbol" && piece.from !== this.ownPath) foreign.push(piece);
        else imports.take(piece.name);
      }
    }
    for (const symbol of foreign) imports.local(symbol.name, symbol.from, symbol.typeOnly);
    return imports;
  }

  private localName({ name, from, typeOnly }: ImportSymbol, imports: Imports): string {
    return from === this.ownPath ? name : imports.local(name, from, typeOnly);
  }

  private importLines(from: string, names: ModuleImports): string[] {
    const path = stringText(this.context.importPath(this.ownPath, from));
    const sorted = [...names].sort(([a], [b]) => a.localeCompare(b));
    return [true, false].flatMap((typeOnly) => {
      const list = sorted.filter(([, imported]) => imported.typeOnly === typeOnly);
      if (list.length === 0) return [];
      const link = this.jsImportStyle === "legacy_commonjs" ? ":" : " as";
      const text = list.map(([name, { alias }]) => (alias === name ? name : `${name}${link} ${alias}`)).join(", ");
      return this.jsImportStyle === "legacy_commonjs"
        ? [`const { ${text} } = require(${path});`]
        : [`import ${typeOnly ? "type " : ""}{ ${text} } from ${path};`];
    });
  }
}

function isTemplate(first: Printable | TemplateStringsArray | undefined): first is TemplateStringsArray {
  return Array.isArray(first) && Object.hasOwn(first, "raw");
}
