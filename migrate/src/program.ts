import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { InputError } from "@protoloom/protoc-gen-compat";
import { Project, ts } from "ts-morph";

/** The folders whose files are not sources. */
const SKIPPED = new Set(["node_modules", ".git", "coverage", "dist"]);

/** Files of a folder and below whose names end in one of the extensions; none of installed packages. */
export function filesBelow(folder: string, extensions: RegExp, skipped: readonly string[] = []): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name) && !skipped.includes(path)) found.push(...filesBelow(path, extensions, skipped));
    } else if (entry.isFile() && extensions.test(entry.name)) found.push(path);
  }
  return found.sort();
}

/**
 * The program of a project: all TypeScript below the folder, tests included, with the options of its tsconfig. Throws
 * InputError.
 */
export function openProgram(folder: string, tsconfig: string | undefined): ts.Program {
  const file = configFile(folder, tsconfig);
  const { config, error } = ts.readConfigFile(file, (path) => ts.sys.readFile(path));
  if (error !== undefined) throw new InputError(`cannot read ${shown(file)}: ${messageOf(error)}`);
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, dirname(file));
  const outDir = parsed.options.outDir;
  const files = filesBelow(folder, /\.[cm]?tsx?$/, outDir === undefined ? [] : [resolve(outDir)]);
  const { types = ["*"] } = parsed.options; // TypeScript 6 would include none by default, earlier versions all
  const options = { ...parsed.options, types, noEmit: true, composite: false, incremental: false };
  return ts.createProgram(files, options, hostOf(options));
}

/**
 * The compiler's own host, with the declarations of the language that ts-morph holds. A Project of ts-morph takes every file
 * for CommonJS, and so finds other exports of packages than the project does.
 */
function hostOf(options: ts.CompilerOptions): ts.CompilerHost {
  const language = new Project({ compilerOptions: { lib: ["lib.esnext.full.d.ts"] }, useInMemoryFileSystem: true });
  language.createSourceFile("none.ts", ""); // a program without sources has no declarations either
  const held = language.getProgram().compilerObject;
  const folder = dirname(held.getSourceFiles().find(({ isDeclarationFile }) => isDeclarationFile)!.fileName);
  const host = ts.createCompilerHost(options, true);
  return {
    ...host,
    getDefaultLibLocation: () => folder,
    getDefaultLibFileName: (each) => `${folder}/${ts.getDefaultLibFileName(each)}`,
    fileExists: (path) => held.getSourceFile(path) !== undefined || host.fileExists(path),
    getSourceFile: (path, ...rest) => held.getSourceFile(path) ?? host.getSourceFile(path, ...rest),
  };
}

function configFile(folder: string, wanted: string | undefined): string {
  if (wanted !== undefined) {
    if (!existsSync(wanted)) throw new InputError(`there is no ${wanted}`);
    return resolve(wanted);
  }
  const found = ["tsconfig.json", "tsconfig.base.json"].map((name) => join(folder, name)).find(existsSync);
  if (found === undefined)
    throw new InputError(`there is no tsconfig.json in ${shown(folder)}: name one by --tsconfig`);
  return found;
}

function messageOf(diagnostic: ts.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(diagnostic.messageText, " ");
}

/** A path as the user wrote it: from where the command runs. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path).replaceAll("\\", "/");
  return short === "" ? "." : short.startsWith("..") ? path : short;
}
