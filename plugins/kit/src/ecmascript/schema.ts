import type { DescFile } from "@bufbuild/protobuf";
import { wktPublicImportPaths } from "@bufbuild/protobuf/codegenv2";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import type { EcmaScriptPluginOptions, FileInfo, GeneratedFile, Schema, Target } from "@bufbuild/protoplugin";
import { globOf, patternOf, relative } from "../import-path.js";
import { namesOf } from "../names.js";
import type { Request } from "../respond.js";
import { EcmaScriptFile, type FileContext } from "./generated-file.js";
import { createImportSymbol } from "./import-symbol.js";
import { type ecmaScriptOptions, shownParameter } from "./options.js";
import { preambleOf } from "./preamble.js";
import type { Resolver } from "./printable.js";
import { runtimeImports } from "./runtime-imports.js";

/** The `Schema` of protoplugin for one request, and the files generated from it. */
export class EcmaScriptSchema<Options extends object> implements Schema<Options> {
  readonly files: readonly DescFile[];
  readonly allFiles: readonly DescFile[];
  readonly proto: Schema["proto"];
  readonly options: Options & EcmaScriptPluginOptions;
  /** The target of the files being generated. */
  target: Target = "ts";
  private readonly context: Omit<FileContext, "jsImportStyle">;
  private readonly generated: EcmaScriptFile[] = [];

  constructor(
    { allFiles, proto, parameter }: Request<typeof ecmaScriptOptions, Options>,
    options: Options & EcmaScriptPluginOptions,
    plugin: { readonly name: string; readonly version: string },
  ) {
    const wanted = new Set(proto.fileToGenerate);
    this.allFiles = allFiles;
    this.files = allFiles.filter((file) => wanted.has(file.proto.name));
    this.proto = proto;
    this.options = options;
    this.context = {
      ...createResolver(new Set(this.files), options),
      importPath: createImportPath(options),
      preambleOf: (file) =>
        preambleOf(file, {
          pluginName: plugin.name,
          pluginVersion: options.elidePluginVersion ? undefined : plugin.version,
          parameter: shownParameter(parameter),
          tsNocheck: options.tsNocheck,
        }),
    };
  }

  get targets(): readonly Target[] {
    return this.options.targets;
  }

  typesInFile(file: DescFile): ReturnType<Schema["typesInFile"]> {
    return nestedTypes(file);
  }

  generateFile(name: string): GeneratedFile {
    const { context } = this;
    const jsImportStyle = this.target === "js" ? this.options.jsImportStyle : "module";
    const file = new EcmaScriptFile(name, Object.create(context, { jsImportStyle: { value: jsImportStyle } }));
    this.generated.push(file);
    return file;
  }

  /** The generated files, without empty ones unless `keep_empty_files` is set. */
  *finish(): Generator<FileInfo> {
    for (const file of this.generated) {
      const info = file.toFileInfo();
      if (info.content.length > 0 || this.options.keepEmptyFiles) yield info;
    }
  }
}

function createResolver(generating: ReadonlySet<DescFile>, options: EcmaScriptPluginOptions): Resolver {
  const maps = options.mapImports.map(({ pattern, target }) => ({
    pattern: globOf(pattern),
    target: target.replace(/\/$/, ""),
  }));
  const pathOf = (file: DescFile): string => {
    const shipped = wktPublicImportPaths[file.proto.name];
    if (shipped !== undefined && !options.bootstrapWkt && !generating.has(file)) return shipped;
    return `${maps.find(({ pattern }) => pattern.test(file.proto.name))?.target ?? "."}/${file.name}_pb.js`;
  };
  let runtime: GeneratedFile["runtime"] | undefined;
  return {
    importSchema: (desc, typeOnly) => {
      const file = desc.kind === "file" ? desc : desc.file;
      return createImportSymbol(namesOf(file).descriptor(desc), pathOf(file), typeOnly);
    },
    importShape: (desc) => createImportSymbol(namesOf(desc.file).shape(desc), pathOf(desc.file), true),
    importJson: (desc) => createImportSymbol(namesOf(desc.file).jsonType(desc), pathOf(desc.file), true),
    importValid: (desc) => createImportSymbol(namesOf(desc.file).validType(desc), pathOf(desc.file), true),
    get runtime() {
      runtime ??= runtimeImports(options.bootstrapWkt);
      return runtime;
    },
  };
}

const isRelative = /^\.{1,2}\//;
const stars = { "**/": "([^/]+/)*", "**": "[^/]*", "*": "[^/]*" };

/** Applies `rewrite_imports` and `import_extension`, and makes paths relative to the importing file. */
function createImportPath({ rewriteImports, importExtension }: EcmaScriptPluginOptions): FileContext["importPath"] {
  const rules = rewriteImports.map(({ pattern, target }) => ({ pattern: patternOf(pattern, stars), target }));
  const rewrite = (path: string): string => {
    const rule = rules.find(({ pattern }) => pattern.test(path));
    if (rule === undefined) return path;
    return isRelative.test(path) ? rule.target.replace(/\/$/, "") + path.replace(isRelative, "/") : rule.target;
  };
  return (importer, path) => {
    const to = rewrite(path);
    if (!isRelative.test(to)) return to;
    const extension = importExtension === "none" ? "" : `.${importExtension}`;
    return relative(importer.replace(/^\.\//, ""), to.replace(/^\.\//, "").replace(/\.js$/, extension));
  };
}
