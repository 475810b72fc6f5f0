import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Reservation, reserveIn } from "../fix.js";
import { InputError } from "../input-error.js";
import { locator } from "./protos-in.js";

/** Files that were rewritten, and how to bring back what was in them. */
export interface Fixed {
  readonly files: readonly string[];
  undo(): void;
}

/**
 * Adds reservations to the protos of a folder: all of them or none, each file at once. Throws InputError, with nothing
 * written, where a file is not there or is not what was compiled.
 */
export function writeFixes(folder: string, reservations: ReadonlyMap<string, readonly Reservation[]>): Fixed {
  const locate = locator(folder);
  const edits = [...reservations].map(([name, list]) => {
    const path = locate(name);
    if (path === undefined) throw new InputError(`cannot fix ${name}: there is no such file in ${folder}, or several`);
    const file = join(folder, path);
    const before = readFileSync(file, "utf8");
    const after = reserveIn(before, list);
    if (after === undefined) {
      throw new InputError(
        `cannot fix ${name}: ${list.map(({ element }) => element).join(", ")} does not end where it was compiled`,
      );
    }
    return { file, before, after };
  });
  const written: { file: string; before: string }[] = [];
  const undo = (): void => {
    for (const { file, before } of written) replace(file, before);
  };
  try {
    for (const { file, before, after } of edits) {
      replace(file, after);
      written.push({ file, before });
    }
  } catch (e) {
    undo();
    throw new InputError(`cannot write ${edits[written.length]!.file}: ${(e as NodeJS.ErrnoException).code}`);
  }
  return { files: edits.map(({ file }) => file), undo };
}

/** Another file takes its place at once: what reads it meanwhile sees the old or the new text. */
function replace(file: string, text: string): void {
  const temporary = `${file}.protoloom-${process.pid}`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, file);
  } catch (e) {
    rmSync(temporary, { force: true });
    throw e;
  }
}
