import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import { type ImportSymbol, importPath, modulePath, namesOf, SourceFile, type Target } from "@protoloom/plugin-kit";
import { FileNames } from "./names.js";
import type { Options } from "./options.js";

const SERVICE = "@protoloom/rpc/service";

/** One file being generated: where emitters print, and how they refer to other symbols. */
export class Output extends SourceFile {
  readonly file: DescFile;
  readonly options: Options;
  readonly names: FileNames;
  private readonly generating: ReadonlySet<DescFile>;

  constructor(file: DescFile, target: Target, generating: ReadonlySet<DescFile>, options: Options) {
    const names = new FileNames(file);
    super(
      `${modulePath(file)}_grpc.${target === "dts" ? "d.ts" : target}`,
      target,
      names.taken,
      undefined,
      options.js_import_style,
    );
    this.file = file;
    this.options = options;
    this.names = names;
    this.generating = generating;
  }

  rpc(name: string): string {
    return this.value({ name, from: SERVICE });
  }

  rpcType(name: string): string {
    return this.type({ name, from: SERVICE });
  }

  /** The class of a message, used as a value. */
  shape(message: DescMessage): string {
    return this.value(this.symbol(message, namesOf(message.file).shape(message)));
  }

  shapeType(message: DescMessage): string {
    return this.type(this.symbol(message, namesOf(message.file).shape(message)));
  }

  initType(message: DescMessage): string {
    return this.type(this.symbol(message, namesOf(message.file).suffixed(message, "Init")));
  }

  private symbol(message: DescMessage, name: string): ImportSymbol {
    return { name, from: importPath(this.file, message.file, this.generating, this.options) };
  }
}
