import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Image } from "../baseline/image.js";
import { InputError } from "../input-error.js";
import { locator, packagesIn, protosIn } from "./protos-in.js";
import { readImage } from "./read-image.js";

/** An installed compiler: its command, and the arguments to write an image. */
interface Compiler {
  readonly name: string;
  readonly command: readonly string[];
  args(folder: string, out: string): string[];
}

const compilers: readonly { name: string; module: string; args: Compiler["args"] }[] = [
  {
    name: "buf",
    module: "@bufbuild/buf/bin/buf",
    args: (folder, out) => ["build", "-o", `${out}#format=binpb`, ...ownConfig(folder)],
  },
  {
    name: "protoc",
    module: "protoc/protoc.cjs",
    args: (folder, out) => [
      "--proto_path=.",
      "--include_imports",
      "--include_source_info",
      `--descriptor_set_out=${out}`,
      ...protosIn(folder),
    ],
  },
];

/** A folder without a configuration is treated as a module. Otherwise buf would search the parent folders for one. */
function ownConfig(folder: string): string[] {
  const own = ["buf.yaml", "buf.work.yaml"].some((file) => existsSync(join(folder, file)));
  if (own) return [];
  const excludes = packagesIn(folder);
  const modules = excludes.length === 0 ? {} : { modules: [{ path: ".", excludes }] };
  return ["--config", JSON.stringify({ version: "v2", ...modules })];
}

/**
 * Compiles a folder of protos with buf or protoc, whichever is installed. `name` is its name in errors, and `shown` the path at
 * which the user finds its files. Throws InputError with the compiler's first line.
 */
export function compileFolder(folder: string, name: string, cwd: string, shown: string): Image {
  if (protosIn(folder).length === 0) throw new InputError(`there are no protos in ${name}`);
  const compiler = findCompiler(cwd);
  const temporary = mkdtempSync(join(tmpdir(), "compat-"));
  try {
    const out = join(temporary, "image.binpb");
    const [command, ...first] = compiler.command as [string, ...string[]];
    const result = spawnSync(command, [...first, ...compiler.args(folder, out)], { cwd: folder, encoding: "utf8" });
    if (result.error !== undefined) throw new InputError(`cannot start ${compiler.name}: ${result.error.message}`);
    if (result.status !== 0) {
      const line = `${result.stderr}\n${result.stdout}`
        .split("\n")
        .find((each) => each.trim() !== "" && !each.includes("warning:"));
      throw new InputError(`cannot compile ${name}: ${line?.trim() ?? `${compiler.name} failed`}`);
    }
    const image = readImage(out);
    const locate = locator(folder);
    const places = new Map(image.files.map((file) => [file.name, locate(file.name)])); // the folder may be a temporary one
    return { ...image, folder: shown, inFolder: (file) => places.get(file) ?? file };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function findCompiler(cwd: string): Compiler {
  for (const { name, module, args } of compilers) {
    const file = findUpwards(cwd, join("node_modules", module));
    if (file !== undefined) return { name, command: [process.execPath, file], args };
  }
  for (const { name, args } of compilers) {
    if (spawnSync(name, ["--version"]).status === 0) return { name, command: [name], args };
  }
  throw new InputError("cannot compile protos: neither buf nor protoc is installed; add @bufbuild/buf to the project");
}

function findUpwards(from: string, path: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, path))) return join(folder, path);
    if (folder === dirname(folder)) return undefined;
  }
}
