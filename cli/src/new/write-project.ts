import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../options.js";
import type { ProjectFiles } from "./project.js";

/**
 * Writes a project to a folder that is not there or empty: everything, or nothing. The files are written beside it first, and
 * take its place when they are complete. Throws UsageError if the folder has content, or cannot be written.
 */
export function writeProject(folder: string, files: ProjectFiles, templates: string, runnerModule: string): void {
  requireEmpty(folder);
  const parent = dirname(resolve(folder));
  let work: string | undefined;
  try {
    mkdirSync(parent, { recursive: true });
    work = join(parent, `.${basename(resolve(folder))}.${process.pid}`);
    mkdirSync(work);
    for (const [name, text] of Object.entries(files.texts)) writeFileSync(prepared(work, name), text);
    for (const [name, from] of Object.entries(files.copies)) {
      const source = join(templates, from);
      if (!name.endsWith(".test.ts")) copyFileSync(source, prepared(work, name));
      else writeFileSync(prepared(work, name), readFileSync(source, "utf8").replace("RUNNER", runnerModule));
    }
    rmSync(folder, { recursive: true, force: true }); // which is empty
    renameSync(work, folder);
  } catch (e) {
    if (work !== undefined) rmSync(work, { recursive: true, force: true });
    const { code, path } = e as NodeJS.ErrnoException;
    if (code === undefined) throw e;
    throw new UsageError(`cannot write ${path ?? folder}: ${code}`);
  }
}

function requireEmpty(folder: string): void {
  if (!existsSync(folder)) return;
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    throw new UsageError(`${folder} is not a folder`);
  }
  if (names.length > 0) throw new UsageError(`${folder} has files in it, ${names[0]} for one: name a new folder`);
}

function prepared(folder: string, name: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  return file;
}
