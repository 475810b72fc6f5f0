import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Image } from "../baseline/image.js";
import { type Reservation, reserveIn } from "../fix.js";
import { InputError } from "../input-error.js";

/** The rewritten files, and a function that restores them. */
export interface Fixed {
  /** The paths of the rewritten files. */
  readonly files: readonly string[];
  /** Restores the files as they were. */
  undo(): void;
}

/**
 * Adds reservations to the protos of a folder: all or none, each file atomically. Throws InputError and writes nothing if a
 * file is missing or differs from the compiled one.
 */
export function writeFixes(
  folder: string,
  reservations: ReadonlyMap<string, readonly Reservation[]>,
  { inFolder }: Pick<Image, "inFolder">,
): Fixed {
  const edits = [...reservations].map(([name, list]) => {
    const file = join(folder, inFolder(name));
    if (!existsSync(file)) throw new InputError(`cannot fix ${name}: there is no such file in ${folder}, or several`);
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

/** Replaces the file atomically: a concurrent reader sees the old or the new text. */
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
