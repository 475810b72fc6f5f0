import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";
import type { Image } from "../baseline/image.js";
import { InputError } from "../input-error.js";
import { compileFolder, type Setup } from "./compile.js";

/** The protos of a package, and its name with the version. */
export interface PackageImage {
  readonly name: string;
  readonly image: Image;
}

/** A package's name with a version, range or tag. No folders, addresses or git repositories, whose scripts npm would run. */
const SPEC = /^(?:@[\w.~-]+\/)?\w[\w.~-]*(?:@[\w.~^*-]+)?$/;

/**
 * Compiles the protos of an npm package, such as `@acme/protos@1.2.3`, or of a folder in it, after `#`. npm fetches it with
 * the user's registry, credentials and cache. Throws InputError.
 */
export function fromRegistry(text: string, folder: string, setup: Setup): PackageImage {
  const [spec, inside] = split(text);
  if (!SPEC.test(spec)) throw new InputError(`npm:${spec} names no package: expected one like npm:@acme/protos@1.2.3`);
  return inScratch((scratch) => {
    const isWindows = process.platform === "win32"; // where npm is a script that only a shell starts
    const quoted = isWindows ? `"${spec}"` : spec;
    const args = ["pack", quoted, "--json", "--ignore-scripts", "--loglevel=error", `--pack-destination=${scratch}`];
    const { status, stdout, stderr, error } = spawnSync(isWindows ? "npm.cmd" : "npm", args, {
      cwd: setup.cwd,
      encoding: "utf8",
      shell: isWindows,
    });
    if (error !== undefined) throw new InputError(`cannot start npm: ${error.message}`);
    if (status !== 0) throw new InputError(`npm cannot fetch ${spec}: ${whyNot(stderr)}`);
    const [packed] = JSON.parse(stdout) as { filename: string }[];
    return compilePackage(join(scratch, packed!.filename), spec, inside, { folder, setup, scratch });
  });
}

/** The last part of what npm prints: its first lines are codes. */
function whyNot(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.replace(/^npm (?:error|ERR!) ?/, "").trim());
  const code = lines.flatMap((line) => /^code (\w+)$/.exec(line)?.[1] ?? [])[0];
  const told = lines.map((line) => (code === "ETARGET" ? line.replace(/^notarget /, "") : line));
  const said = told.filter((line) => line !== "" && !/^(code|errno|syscall|A complete log)\b/.test(line));
  return said[0] ?? "npm failed";
}

/** The same for a package as a file, as `npm pack` writes it. */
export function fromArchive(text: string, folder: string, setup: Setup): PackageImage {
  const [path, inside] = split(text);
  return inScratch((scratch) => compilePackage(join(setup.cwd, path), path, inside, { folder, setup, scratch }));
}

/** Whether a text names a package as a file. */
export function isArchive(text: string): boolean {
  return /\.(tgz|tar\.gz)(#.*)?$/.test(text);
}

function split(text: string): [name: string, inside: string | undefined] {
  const at = text.indexOf("#");
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

interface Place {
  /** The folder of protos that the package is compared with. */
  readonly folder: string;
  readonly setup: Setup;
  readonly scratch: string;
}

/** The protos are in the named folder of the package, in one with the name of the compared folder, or at its top. */
function compilePackage(archive: string, name: string, inside: string | undefined, place: Place): PackageImage {
  const top = unpack(archive, name, place.scratch);
  const isFolder = (path: string): boolean =>
    !normalize(path).startsWith("..") && statSync(join(top, path), { throwIfNoEntry: false })?.isDirectory() === true;
  if (inside !== undefined && !isFolder(inside)) throw new InputError(`${name} has no folder ${inside}`);
  const folder = inside ?? (isFolder(place.folder) ? place.folder : ".");
  const image = compileFolder(join(top, folder), name, join(name, folder), place.setup);
  return { name: versionedName(top) ?? name, image };
}

/** Unpacks with tar, which every supported system has and which refuses to write outside the folder. */
function unpack(archive: string, name: string, scratch: string): string {
  if (statSync(archive, { throwIfNoEntry: false }) === undefined) throw new InputError(`there is no ${name}`);
  const top = join(scratch, "package");
  mkdirSync(top);
  const { status, stderr, error } = spawnSync("tar", ["-xzf", archive, "-C", top, "--strip-components=1"], {
    encoding: "utf8",
  });
  if (error !== undefined) throw new InputError(`cannot start tar: ${error.message}`);
  if (status !== 0) throw new InputError(`cannot unpack ${name}: ${stderr.split("\n")[0]}`);
  return top;
}

function versionedName(top: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(top, "package.json"), "utf8"));
    return typeof name === "string" && typeof version === "string" ? `${name}@${version}` : undefined;
  } catch {
    return undefined; // a tarball of protos alone
  }
}

function inScratch<T>(work: (scratch: string) => T): T {
  const scratch = mkdtempSync(join(tmpdir(), "compat-"));
  try {
    return work(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
