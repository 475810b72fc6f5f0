import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix, relative } from "node:path";
import type { Image } from "../baseline/image.js";
import { InputError } from "../input-error.js";
import { type CompilerName, compilerNames } from "../policy/config.js";
import { findCompiler } from "./find-compiler.js";
import { type Contents, contentsOf, protoFinder } from "./protos-in.js";
import { readImage } from "./read-image.js";
import { modulesOf, type Workspace, workspaceOf } from "./workspace.js";

/** A folder with imports: its path now, and the path at which the user finds it. */
export interface ProtoPath {
  /** The folder. */
  readonly path: string;
  /** Its name in reports, relative to where the user is. */
  readonly shown: string;
}

/** How to compile: for which folder the compiler is looked up, which one, and where imports are. */
export interface Setup {
  /** The folder in whose node_modules and above a compiler is looked for. */
  readonly cwd: string;
  /** Whichever is installed if undefined: buf, or protoc for proto paths, which buf does not have. */
  readonly compiler?: CompilerName | undefined;
  /** Further folders with imports. Only protoc takes them. */
  readonly protoPaths?: readonly ProtoPath[] | undefined;
}

/** The input of a compiler: a folder, its workspace, and the folders of its imports. */
interface Source {
  readonly folder: string;
  readonly contents: Contents;
  readonly workspace: Workspace | undefined;
  readonly protoPaths: readonly ProtoPath[];
}

interface CompilerKind {
  readonly name: CompilerName;
  /** Whether its images tell imports from files of the folder. */
  readonly marksImports: boolean;
  /** The folders from which files are named. */
  roots(source: Source): string[];
  /** The folder to run in. */
  cwd(source: Source): string;
  /** The arguments to write an image; `scratch` is a folder for files of its own. */
  args(source: Source, out: string, scratch: string): string[];
}

const compilers: Readonly<Record<CompilerName, CompilerKind>> = {
  buf: {
    name: "buf",
    marksImports: true,
    roots: ({ folder, workspace }) => [folder, ...(workspace === undefined ? [] : modulesOf(workspace))],
    cwd: ({ folder, workspace }) => workspace?.root ?? folder,
    args: (source, out) => ["build", "-o", `${out}#format=binpb`, ...bufInput(source)],
  },
  protoc: {
    name: "protoc",
    marksImports: false,
    roots: protocRoots,
    cwd: ({ folder }) => folder,
    args(source, out, scratch) {
      const file = join(scratch, "arguments");
      const args = [
        ...protocRoots(source).map((root) => `--proto_path=${root}`),
        "--include_imports",
        "--include_source_info",
        `--descriptor_set_out=${out}`,
        ...source.contents.protos.map((proto) => join(source.folder, proto)),
      ];
      writeFileSync(file, args.join("\n")); // a command line has a limit, which thousands of files exceed
      return [`@${file}`];
    },
  },
};

/** The folder comes first, unless it is in one of the proto paths: its files are then named from there. */
function protocRoots({ folder, protoPaths }: Source): string[] {
  const paths = protoPaths.map(({ path }) => path);
  const isIn = (path: string): boolean => !relative(path, folder).startsWith("..");
  return paths.some(isIn) ? paths : [folder, ...paths];
}

/** A module is built within its workspace. A folder without a configuration is a module by itself: buf would search above it. */
function bufInput({ folder, contents, workspace }: Source): string[] {
  if (workspace !== undefined) {
    const module = modulesOf(workspace).find((each) => !relative(each, folder).startsWith(".."));
    const isPart = module !== undefined && module !== folder && workspace.root !== folder;
    const input = relative(workspace.root, isPart ? module : folder) || ".";
    return isPart ? [input, "--path", relative(workspace.root, folder)] : [input];
  }
  if (["buf.yaml", "buf.work.yaml"].some((file) => existsSync(join(folder, file)))) return [];
  const excludes = contents.packages;
  const modules = excludes.length === 0 ? {} : { modules: [{ path: ".", excludes }] };
  return ["--config", JSON.stringify({ version: "v2", ...modules })];
}

/**
 * Compiles a folder of protos. `name` is its name in errors, and `shown` the path at which the user finds its files. Throws
 * InputError with the compiler's first line.
 */
export function compileFolder(folder: string, name: string, shown: string, setup: Setup): Image {
  const contents = contentsOf(folder);
  if (contents.protos.length === 0) throw new InputError(`there are no protos in ${name}`);
  const source = { folder, contents, workspace: workspaceOf(folder), protoPaths: setup.protoPaths ?? [] };
  const { kind, command } = compilerOf(setup);
  const scratch = mkdtempSync(join(tmpdir(), "compat-"));
  try {
    const out = join(scratch, "image.binpb");
    const [program, ...first] = command as [string, ...string[]];
    const args = [...first, ...kind.args(source, out, scratch)];
    const result = spawnSync(program, args, { cwd: kind.cwd(source), encoding: "utf8" });
    if (result.error !== undefined) throw new InputError(`cannot start ${kind.name}: ${result.error.message}`);
    if (result.status !== 0) throw new InputError(`cannot compile ${name}: ${firstLine(result, kind.name)}`);
    const find = protoFinder(folder, contents.protos, kind.roots(source));
    const isImport = (file: string): boolean => find(file)?.startsWith("../") ?? true;
    const image = readImage(out, out, kind.marksImports ? undefined : isImport);
    const places = placesOf(image, source, find, shown);
    return { ...image, folder: shown, inFolder: (file) => places.get(file) ?? file };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function firstLine({ stderr, stdout }: { stderr: string; stdout: string }, compiler: string): string {
  const line = `${stderr}\n${stdout}`.split("\n").find((each) => each.trim() !== "" && !each.includes("warning:"));
  return line?.trim() ?? `${compiler} failed`;
}

/** The paths of files from the shown folder, looked up now: the folder may be a temporary one. */
function placesOf(
  image: Image,
  { protoPaths }: Source,
  find: ReturnType<typeof protoFinder>,
  shown: string,
): Map<string, string> {
  const places = new Map<string, string>();
  for (const { name } of image.files) {
    const own = find(name);
    const beside = own === undefined ? protoPaths.find(({ path }) => existsSync(join(path, name))) : undefined;
    if (own !== undefined) places.set(name, own);
    else if (beside !== undefined) places.set(name, posix.relative(slashed(shown), slashed(join(beside.shown, name))));
  }
  return places;
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}

function compilerOf({ cwd, compiler, protoPaths = [] }: Setup): { kind: CompilerKind; command: readonly string[] } {
  if (compiler === "buf" && protoPaths.length > 0)
    throw new InputError("buf has no proto paths: list the folders as modules in buf.yaml, or choose compiler protoc");
  const wanted = compiler ?? (protoPaths.length > 0 ? "protoc" : undefined);
  const found = findCompiler(cwd, wanted === undefined ? compilerNames : [wanted]);
  if (found !== undefined) return { kind: compilers[found.name], command: found.command };
  const missing = wanted === undefined ? "neither buf nor protoc is installed" : `${wanted} is not installed`;
  const add = wanted === "protoc" ? "protoc" : "@bufbuild/buf";
  throw new InputError(`cannot compile protos: ${missing}; add ${add} to the project`);
}
