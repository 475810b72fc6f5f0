interface Imported {
  readonly alias: string;
  typeOnly: boolean;
}

/** The names imported from one module, with their local names. */
export type ModuleImports = ReadonlyMap<string, Readonly<Imported>>;

/** The imports of a generated file, and the names in use in it. */
export class Imports {
  private readonly modules = new Map<string, Map<string, Imported>>();
  private readonly declared: ReadonlySet<string>;
  private readonly isLocal: (name: string) => boolean;
  private readonly taken: Set<string>;

  /** `declared` holds the names that the file declares. `isLocal` recognizes names of variables within its functions. */
  constructor(declared: ReadonlySet<string> = new Set(), isLocal: (name: string) => boolean = () => false) {
    this.declared = declared;
    this.isLocal = isLocal;
    this.taken = new Set(declared);
  }

  /** The local name of a module's export `name`. `ideal` is used if it is free. */
  local(name: string, from: string, typeOnly: boolean, ideal: string = name): string {
    let module = this.modules.get(from);
    if (module === undefined) {
      module = new Map();
      this.modules.set(from, module);
    }
    let imported = module.get(name);
    if (imported === undefined) {
      imported = { alias: this.freeName(ideal), typeOnly };
      module.set(name, imported);
    } else if (!typeOnly) imported.typeOnly = false;
    return imported.alias;
  }

  /** A name that is unique in the file: `ideal`, with a number appended if it is taken. */
  freeName(ideal: string): string {
    let name = ideal;
    const isTaken = (): boolean => this.taken.has(name) || this.isLocal(name) || (name === ideal && this.isPart(name));
    for (let i = 1; isTaken(); i++) name = `${ideal}$${i}`;
    this.taken.add(name);
    return name;
  }

  /** Reserves a name, so that no import gets it. */
  take(name: string): void {
    this.taken.add(name);
  }

  /** `Order$read` belongs to the `Order` that the file declares, and `this$$json` to its `this$`. */
  private isPart(name: string): boolean {
    for (let at = name.indexOf("$", 1); at > 0; at = name.indexOf("$", at + 1)) {
      if (this.declared.has(name.slice(0, at))) return true;
    }
    return false;
  }

  /** The modules in the order of their first import. */
  entries(): Iterable<[from: string, names: ModuleImports]> {
    return this.modules;
  }
}

/** Compares text by code units. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
