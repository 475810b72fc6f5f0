import type { DescEnum, DescFile, DescMessage, DescOneof, DescService } from "@bufbuild/protobuf";

/** The meaning of a name in a peer's generated code, or in its package of well-known types. */
export interface Entity {
  /** The type that the name belongs to. */
  readonly desc: DescMessage | DescEnum | DescOneof | DescService;
  /** The part of it: `class`, `enum`, `client`. Each peer has its own words. */
  readonly as: string;
}

/** A file that a peer's generator wrote. */
export interface Generated {
  readonly peer: Source;
  /** Its absolute path. */
  readonly path: string;
  /** The proto files whose code is in it. */
  readonly protos: readonly DescFile[];
  /** Its entities by their names, nested ones with dots. */
  readonly entities: ReadonlyMap<string, Entity>;
}

/** The options with which our plugins write code that fits the call sites of a peer. */
export interface TargetOptions {
  readonly int64?: "number" | "string";
  /** Further options of the plugin for messages. */
  readonly more?: readonly string[];
}

/** The plugins and commands of a peer in build files. */
export interface PeerPlugins {
  /** As `local` or `plugin` of buf.gen.yaml, without the prefix `protoc-gen-`. */
  readonly local: readonly string[];
  /** As `remote` of buf.gen.yaml, without a version. */
  readonly remote: readonly string[];
  /** The packages that generated code imports. */
  readonly runtime: readonly string[];
  /** The packages that generate code. */
  readonly tools: readonly string[];
}

/** How to know what a library generated. */
export interface Source {
  readonly name: string;
  readonly plugins: PeerPlugins;
  /** The modules whose imports go away where nothing of them is used any more. */
  readonly runtime: RegExp;
  /** The path of the proto that a generated file names, or an empty text if it has the code of several. */
  recognize(text: string, path: string): string | undefined;
  /** The names in the code generated for a proto. */
  entities(file: DescFile, path: string): ReadonlyMap<string, Entity>;
  /** The path of the proto of a module of well-known types in the peer's package, unless the project keeps using that. */
  shipped?(path: string, target: TargetOptions): string | undefined;
  /** The options that follow from those of the peer's plugin, and from the packages that the sources import, and the texts that it wrote. */
  target?(options: readonly string[], packages: ReadonlySet<string>, texts: readonly string[]): TargetOptions;
}
