/**
 * Expected outputs, kept in files. `npm run goldens` rewrites all of them, with the variable GOLDENS; their difference is
 * read like code before it is committed.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { expect } from "@jest/globals";
import { readFiles, writeFiles } from "./files.js";

export const isUpdate = process.env.GOLDENS === "update";

/** Expects a folder to hold these files, by their path in it, and no others. */
export function expectFolder(folder: string, made: Readonly<Record<string, string>>): void {
  if (isUpdate) {
    rmSync(folder, { recursive: true, force: true });
    writeFiles(folder, Object.entries(made));
  }
  expect(made).toEqual(readFiles(folder));
}

/** Expects a file to hold this text. */
export function expectFile(path: string, text: string): void {
  if (isUpdate) writeFileSync(path, text);
  expect(text.split("\n")).toEqual(readFileSync(path, "utf8").split("\n")); // as lines, whose difference is shown shorter
}

/** Expects a part of a page, such as the output of a command in a README, to be this text. */
export function expectPart(path: string, part: string, text: string): void {
  if (isUpdate)
    writeFileSync(
      path,
      readFileSync(path, "utf8").replace(part, () => text),
    );
  else expect(text).toBe(part);
}
