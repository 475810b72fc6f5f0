import { dirname, posix } from "node:path";
import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import { ts } from "ts-morph";
import type { Schema } from "./schema.js";
import type { Entity, Generated, Source, TargetOptions } from "./source.js";

/** The program before the migration, and what in it was generated. */
export class World {
  readonly checker: ts.TypeChecker;
  readonly generated: ReadonlyMap<string, Generated>;
  /** The generated files whose proto is not there, with its path. They stay. */
  readonly orphans: ReadonlyMap<string, string>;
  private readonly bySymbol = new Map<ts.Symbol, Entity | undefined>();
  private readonly shipped = new Map<string, Generated | undefined>();

  constructor(
    readonly program: ts.Program,
    readonly schema: Schema,
    readonly peers: readonly Source[],
    readonly options: TargetOptions,
  ) {
    this.checker = program.getTypeChecker();
    const { found, orphans } = generatedFiles(program, schema, peers);
    this.generated = found;
    this.orphans = orphans;
  }

  /** The sources to migrate: what people wrote. */
  sources(): ts.SourceFile[] {
    return this.program
      .getSourceFiles()
      .filter(({ fileName, isDeclarationFile }) => !isDeclarationFile && !isInstalled(fileName))
      .filter(({ fileName }) => !this.generated.has(fileName) && !this.orphans.has(fileName));
  }

  /** The symbol that a node means, behind imports. */
  symbolOf(node: ts.Node): ts.Symbol | undefined {
    const symbol = this.checker.getSymbolAtLocation(node);
    return symbol === undefined ? undefined : this.behindAlias(symbol);
  }

  behindAlias(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  /** The meaning of a symbol of generated code. */
  entityOf(symbol: ts.Symbol | undefined): Entity | undefined {
    if (symbol === undefined) return undefined;
    if (this.bySymbol.has(symbol)) return this.bySymbol.get(symbol);
    const declaration = symbol.declarations?.find((each) => this.fileOf(each) !== undefined);
    const entity = declaration && this.fileOf(declaration)!.entities.get(pathTo(declaration));
    this.bySymbol.set(symbol, entity);
    return entity;
  }

  /** The message whose generated class, or object of functions, an expression names. */
  messageNamed(node: ts.Expression): DescMessage | undefined {
    const entity = this.entityOf(this.symbolOf(node));
    return entity?.as === "shape" && entity.desc.kind === "message" ? entity.desc : undefined;
  }

  /** The entity of a type, such as that of an instance. */
  entityOfType(type: ts.Type): Entity | undefined {
    const plain = this.checker.getNonNullableType(type);
    if (plain.flags & ts.TypeFlags.TypeParameter) {
      const constraint = this.checker.getBaseConstraintOfType(plain);
      return constraint === undefined || constraint === plain ? undefined : this.entityOfType(constraint);
    }
    if (plain.isIntersection()) {
      const parts = plain.types.map((each) => this.entityOfType(each));
      return parts.find((each) => each !== undefined);
    }
    return this.entityOf(plain.aliasSymbol) ?? this.entityOf(plain.getSymbol());
  }

  /** The member of generated code that a property access means: the entity around it, and its name. */
  memberOf(node: ts.PropertyAccessExpression): { readonly owner: Entity; readonly name: string } | undefined {
    const declaration = this.checker.getSymbolAtLocation(node.name)?.declarations?.[0];
    if (declaration === undefined) return undefined;
    const file = this.fileOf(declaration);
    const owner = file?.entities.get(pathTo(declaration.parent));
    return owner && { owner, name: node.name.text };
  }

  /** The generated file, or module of well-known types, that a declaration is in. */
  fileOf(declaration: ts.Node): Generated | undefined {
    const { fileName } = declaration.getSourceFile();
    return this.generated.get(fileName) ?? this.shippedAt(fileName);
  }

  private shippedAt(path: string): Generated | undefined {
    if (!isInstalled(path)) return undefined;
    if (!this.shipped.has(path)) {
      const made = this.peers.map((peer) => {
        const proto = peer.shipped?.(path, this.options);
        const file = proto === undefined ? undefined : this.schema.files.get(proto);
        return file && { peer, path, protos: [file], entities: peer.entities(file, path) };
      });
      this.shipped.set(
        path,
        made.find((each) => each !== undefined),
      );
    }
    return this.shipped.get(path);
  }

  /** The generated file that a module specifier means. */
  moduleOf(specifier: ts.Node): Generated | undefined {
    const declaration = this.checker.getSymbolAtLocation(specifier)?.declarations?.[0];
    return declaration && this.fileOf(declaration);
  }
}

/** The names around a declaration in its file, joined with dots: `Order.Item`. */
function pathTo(declaration: ts.Node): string {
  const names: string[] = [];
  for (let node: ts.Node = declaration; node.parent !== undefined; node = node.parent) {
    const { name } = node as ts.Node & { readonly name?: ts.Node };
    if (name !== undefined && ts.isIdentifier(name)) names.unshift(name.text);
  }
  return names.join(".");
}

function generatedFiles(
  program: ts.Program,
  schema: Schema,
  peers: readonly Source[],
): { readonly found: Map<string, Generated>; readonly orphans: Map<string, string> } {
  const found = new Map<string, Generated>();
  const orphans = new Map<string, string>();
  for (const { fileName, text } of program.getSourceFiles()) {
    if (isInstalled(fileName)) continue;
    for (const peer of peers) {
      const proto = peer.recognize(text, fileName);
      if (proto === undefined) continue;
      const protos = proto === "" ? [...schema.files.values()] : protosNamed(proto, schema);
      const entities = new Map(protos.flatMap((file) => [...peer.entities(file, fileName)]));
      if (protos.length === 0) orphans.set(fileName, proto);
      else found.set(fileName, { peer, path: fileName, protos, entities });
      break;
    }
  }
  return { found, orphans };
}

/** Generators name a proto from the folder that they ran in, compilers from the root of its imports. */
function protosNamed(proto: string, { files }: Schema): DescFile[] {
  const exact = files.get(proto);
  if (exact !== undefined) return [exact];
  const alike = [...files].filter(([name]) => name.endsWith(`/${proto}`) || proto.endsWith(`/${name}`));
  return alike.length === 1 ? [alike[0]![1]] : [];
}

/** Whether a path is one of an installed package. */
export function isInstalled(path: string): boolean {
  return path.includes("/node_modules/");
}

/** The path of the file that our plugin writes for a proto in the place of a generated one, without an extension. */
export function newModule({ path, protos }: Pick<Generated, "path" | "protos">, file: DescFile, kind: Kind): string {
  const name = protos.length > 1 ? file.name : posix.basename(file.name);
  return `${dirname(path)}/${name}_${kind}`;
}

/** Messages, or services. */
export type Kind = "pb" | "grpc";
