import { symbols } from "@bufbuild/protobuf/codegenv2";
import type { GeneratedFile, ImportSymbol } from "@bufbuild/protoplugin";
import { createImportSymbol } from "./import-symbol.js";

interface RuntimeSymbol {
  readonly typeOnly: boolean;
  readonly from: string;
  readonly bootstrapWktFrom: string;
}

interface SymbolTable {
  readonly [name: string]: RuntimeSymbol | SymbolTable;
}

interface ImportTable {
  [name: string]: ImportSymbol | ImportTable;
}

/** The names that generated code imports from @bufbuild/protobuf. */
export function runtimeImports(isBootstrap: boolean): GeneratedFile["runtime"] {
  return importsOf(symbols as unknown as SymbolTable, isBootstrap) as unknown as GeneratedFile["runtime"];
}

function importsOf(table: SymbolTable, isBootstrap: boolean): ImportTable {
  const imports: ImportTable = Object.create(null);
  for (const [name, entry] of Object.entries(table)) {
    imports[name] = isSymbol(entry)
      ? createImportSymbol(name, isBootstrap ? entry.bootstrapWktFrom : entry.from, entry.typeOnly)
      : importsOf(entry, isBootstrap);
  }
  return imports;
}

function isSymbol(entry: RuntimeSymbol | SymbolTable): entry is RuntimeSymbol {
  return typeof entry.from === "string";
}
