import { ScalarType } from "@bufbuild/protobuf";
import type { GeneratedFile, ImportSymbol, Printable } from "@bufbuild/protoplugin";
import { jsDocBlock } from "./js-doc.js";

export type ExportStatement = Extract<Printable, { kind: "es_export_stmt" }>;
type Int64 = Extract<Printable, { kind: "es_proto_int64" }>;

/** A part of a line. Names are resolved after the whole file is printed. */
export type Piece = string | ImportSymbol | ExportStatement;

/** Turns references to generated code into imports. */
export type Resolver = Pick<GeneratedFile, "importSchema" | "importShape" | "importJson" | "importValid" | "runtime">;

/** Adds the pieces of the printables. Throws TypeError for a value that cannot be printed. */
export function addPieces(pieces: Piece[], printables: readonly Printable[], resolver: Resolver): void {
  for (const printable of printables) {
    if (Array.isArray(printable)) addPieces(pieces, printable, resolver);
    else if (typeof printable === "string") pieces.push(printable);
    else pieces.push(...piecesOf(printable, resolver));
  }
}

function piecesOf(printable: Exclude<Printable, string | readonly Printable[]>, resolver: Resolver): Piece[] {
  switch (typeof printable) {
    case "number":
      return [numberText(printable)];
    case "boolean":
      return [String(printable)];
    case "bigint":
      return int64Pieces(printable, printable > 0n, resolver);
    case "object":
      if (printable instanceof Uint8Array) return [bytesText(printable)];
      if (printable !== null) return referencePieces(printable, resolver);
  }
  throw new TypeError(`cannot print ${typeof printable}`);
}

function referencePieces(printable: Extract<Printable, { readonly kind: string }>, resolver: Resolver): Piece[] {
  switch (printable.kind) {
    case "es_symbol":
    case "es_export_stmt":
      return [printable];
    case "es_desc_ref":
      return [resolver.importSchema(printable.desc, printable.typeOnly)];
    case "es_shape_ref":
      return [resolver.importShape(printable.desc)];
    case "es_json_type_ref":
      return [resolver.importJson(printable.desc)];
    case "es_valid_type_ref":
      return [resolver.importValid(printable.desc)];
    case "es_jsdoc":
      return [jsDocBlock(printable.text, printable.indentation)];
    case "es_string":
      return [stringText(printable.value)];
    case "es_proto_int64":
      return printable.longAsString
        ? [stringText(String(printable.value))]
        : int64Pieces(printable.value, isUnsigned(printable), resolver);
    default:
      throw new TypeError(`cannot print ${JSON.stringify((printable as { kind: unknown }).kind)}`);
  }
}

function isUnsigned({ type }: Int64): boolean {
  return type === ScalarType.UINT64 || type === ScalarType.FIXED64;
}

function int64Pieces(value: bigint | string, unsigned: boolean, { runtime }: Resolver): Piece[] {
  if (BigInt(value) === 0n) return [runtime.protoInt64, ".zero"];
  return [runtime.protoInt64, unsigned ? ".uParse(" : ".parse(", stringText(String(value)), ")"];
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "globalThis.NaN";
  if (value === Number.POSITIVE_INFINITY) return "globalThis.Infinity";
  return value === Number.NEGATIVE_INFINITY ? "-globalThis.Infinity" : String(value);
}

function bytesText(bytes: Uint8Array): string {
  if (bytes.length === 0) return "new Uint8Array(0)";
  const list = Array.from(bytes, (byte) => `0x${byte.toString(16).toUpperCase().padStart(2, "0")}`);
  return `new Uint8Array([${list.join(", ")}])`;
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", '"': '\\"', "\r": "\\r", "\n": "\\n" };

/** A string literal. */
export function stringText(text: string): string {
  return `"${text.replace(/[\\"\r\n]/g, (c) => escapes[c] ?? c)}"`;
}
