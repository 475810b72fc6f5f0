import type { ImportSymbol } from "@bufbuild/protoplugin";

/** A name that another module exports. `from` is a package, or a path relative to the output root that begins with "./". */
export function createImportSymbol(name: string, from: string, typeOnly = false): ImportSymbol {
  return {
    kind: "es_symbol",
    name,
    from,
    typeOnly,
    id: `import("${from}").${name}`,
    toTypeOnly: () => createImportSymbol(name, from, true),
  };
}
