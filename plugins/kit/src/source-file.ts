import { compare, Imports, type ModuleImports } from "./imports.js";

/** The language of a generated file: TypeScript, JavaScript, or the declarations that go with JavaScript. */
export type Target = "ts" | "js" | "dts";

/** An export of another module. `as` is the local name if the exported one would be misleading. */
export interface ImportSymbol {
  readonly name: string;
  readonly from: string;
  readonly as?: string;
}

/**
 * A generated file: lines, and the imports that they need. Emitters write TypeScript once. Text between « and » is types only:
 * kept in TypeScript and dropped in JavaScript.
 */
export class SourceFile {
  readonly name: string;
  readonly target: Target;
  /** Whether it is JavaScript for require(). */
  private readonly isCommonJs: boolean;
  private readonly exports: string[] = [];
  private readonly modules = new Map<string, string>();
  private readonly lines: string[] = [];
  private readonly imports: Imports;

  /**
   * `declared` holds the names that the file declares. `isLocal` recognizes names of variables within its functions. `style`
   * is the option js_import_style.
   */
  constructor(
    name: string,
    target: Target,
    declared: ReadonlySet<string>,
    isLocal?: (name: string) => boolean,
    style = "module",
  ) {
    this.name = name;
    this.target = target;
    this.isCommonJs = target === "js" && style === "legacy_commonjs";
    this.imports = new Imports(declared, isLocal);
  }

  /** Prints text of one or more lines. */
  print(text = ""): void {
    if (this.isCommonJs && text.startsWith("export ")) this.printExport(text);
    else this.lines.push(text);
  }

  /** Prints a declaration without `export`. The exports are set at the end of the file. */
  private printExport(text: string): void {
    const name = /^export (?:class|const|function) ([\w$]+)/.exec(text)?.[1];
    if (name !== undefined) this.exports.push(name);
    if (!text.startsWith("export {")) this.lines.push(text.slice("export ".length));
  }

  /** The local name of an imported value. */
  value(symbol: ImportSymbol): string {
    return this.import(symbol, false);
  }

  /** The local name of a type-only import. JavaScript omits the import. */
  type(symbol: ImportSymbol): string {
    return this.target === "js" ? symbol.name : this.import(symbol, true);
  }

  private import({ name, from, as }: ImportSymbol, typeOnly: boolean): string {
    if (this.isCommonJs) return `${this.module(from)}.${name}`;
    return this.imports.local(name, from, typeOnly, as);
  }

  /** The variable of a module. Exports are read from it on each use, since some of them change. */
  private module(from: string): string {
    let name = this.modules.get(from);
    if (name === undefined) {
      name = this.freeName(`${from.replace(/^.*\//, "").replace(/\W+/g, "_")}$module`);
      this.modules.set(from, name);
    }
    return name;
  }

  /** A name that is unique in the file: `ideal`, with a number appended if it is taken. */
  protected freeName(ideal: string): string {
    return this.imports.freeName(ideal);
  }

  /** The file in UTF-8: the head, the imports in module order, then the lines. */
  toBytes(head: string): Uint8Array {
    const imports = this.isCommonJs
      ? this.printRequires()
      : [...this.imports.entries()]
          .sort(([a], [b]) => compare(a, b))
          .flatMap(([from, names]) => this.printImport(from, names));
    for (const name of this.exports.splice(0)) this.lines.push(`exports.${name} = ${name};`);
    const top = `${head}\n${imports.map((line) => `${line}\n`).join("")}${imports.length > 0 ? "\n" : ""}`;
    const text = `${this.lines.join("\n")}\n`;
    const dropTypes = this.target === "js";
    return Buffer.concat([Buffer.from(top), encodeAscii(text, dropTypes) ?? resolveMarks(encode(text), dropTypes)]);
  }

  private printRequires(): string[] {
    const requires = [...this.modules]
      .sort(([a], [b]) => compare(a, b))
      .map(([from, name]) => `const ${name} = require(${JSON.stringify(from)});`);
    return ['"use strict";', 'Object.defineProperty(exports, "__esModule", { value: true });', ...requires];
  }

  private printImport(from: string, names: ModuleImports): string[] {
    const line = (keyword: string, typeOnly: boolean): string[] => {
      const list = [...names].filter(([, imported]) => imported.typeOnly === typeOnly);
      if (list.length === 0) return [];
      const text = list.map(([name, { alias }]) => (alias === name ? name : `${name} as ${alias}`)).sort(compare);
      return [`${keyword} { ${text.join(", ")} } from ${JSON.stringify(from)};`];
    };
    return [...line("import type", true), ...line(this.target === "dts" ? "import type" : "import", false)];
  }
}

// In UTF-8, "«", "»" and their replacements from verbatim() are this byte followed by one of the others. All are in Latin-1,
// so that strings with marks take the same memory as strings without.
const LEAD = 0xc2;
const OPEN = 0xab;
const CLOSE = 0xbb;
const STAND_IN_OPEN = 0x91;
const STAND_IN_CLOSE = 0x92;

let scratch = Buffer.allocUnsafe(1 << 20);

/** Encodes the text into a buffer that the next call reuses: a new buffer for each file costs three times as much. */
function encode(text: string, encoding: "latin1" | "utf8" = "utf8"): Buffer {
  const most = 3 * text.length;
  if (scratch.length < most) scratch = Buffer.allocUnsafe(most);
  return scratch.subarray(0, scratch.write(text, encoding));
}

/**
 * The text with its marks resolved, if everything else is ASCII, as it nearly always is. Encoding to Latin-1 only copies bytes
 * and takes a fifth of the time.
 */
function encodeAscii(text: string, dropTypes: boolean): Buffer | undefined {
  if (/[^\0-\xff]/.test(text)) return undefined; // for most strings, the engine knows this without scanning
  const others = Buffer.byteLength(text) - text.length;
  const body = encode(text, "latin1");
  let marks = 0;
  let to = 0;
  let from = 0;
  for (let at = body.indexOf(OPEN); at >= 0; at = body.indexOf(OPEN, from)) {
    const close = body.indexOf(CLOSE, at);
    if (close < 0) return undefined;
    body.copyWithin(to, from, at);
    to += at - from;
    if (!dropTypes) {
      body.copyWithin(to, at + 1, close);
      to += close - at - 1;
    }
    from = close + 1;
    marks += 2;
  }
  if (marks !== others) return undefined;
  body.copyWithin(to, from);
  return body.subarray(0, to + body.length - from);
}

/** Removes the marks and, with `dropTypes`, the text between them. It works on bytes: a regular expression is slower. */
function resolveMarks(body: Buffer, dropTypes: boolean): Buffer {
  let to = 0;
  let from = 0;
  for (let at = body.indexOf(LEAD); at >= 0; at = body.indexOf(LEAD, at + 1)) {
    const mark = body[at + 1];
    if (mark === STAND_IN_OPEN) body[at + 1] = OPEN;
    else if (mark === STAND_IN_CLOSE) body[at + 1] = CLOSE;
    else if (mark === OPEN || mark === CLOSE) {
      if (!dropTypes || mark === OPEN) {
        body.copyWithin(to, from, at);
        to += at - from;
      }
      from = at + 2;
    }
  }
  body.copyWithin(to, from);
  return body.subarray(0, to + body.length - from);
}

/** A string literal with this text. */
export function literal(text: string): string {
  if (/^[\w.]*$/.test(text)) return `"${text}"`; // the common case
  return JSON.stringify(text).replace(
    /[«»\u0091\u0092\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Protects text for a comment in the body: "«" and "»" in it are characters, not type marks. */
export function verbatim(text: string): string {
  if (!text.includes("«") && !text.includes("»")) return text; // nearly always, and faster than a regular expression
  return text.replace(/[«»]/g, (c) => (c === "«" ? "\u0091" : "\u0092"));
}
