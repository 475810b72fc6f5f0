/** The licence notices of the packages in a bundle, for the file that ships with it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

/**
 * The notices as text, from the files that esbuild's metafile lists: for each package its name, version and licence,
 * and every comment that stands at the head of one of its files, once. A package whose files have none gives its licence.
 */
export function noticesOf(metafile) {
  const packages = new Map();
  for (const file of Object.keys(metafile.inputs).sort()) {
    const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
    if (name === undefined) continue;
    if (!packages.has(name)) packages.set(name, new Set());
    const head = headComment(readFileSync(join(root, file), "utf8"));
    if (head !== "") packages.get(name).add(head);
  }
  for (const [name, heads] of packages) if (heads.size === 0) heads.add(licenceOf(name));
  return [...packages].map(([name, heads]) => [title(name), ...heads].join("\n\n")).join(`\n\n${"-".repeat(80)}\n\n`);
}

function title(name) {
  const { version, license } = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
  return `${name} ${version}, licensed under ${license}`;
}

function licenceOf(name) {
  const folder = join(root, "node_modules", name);
  const file = readdirSync(folder).find((each) => /^licen[cs]e(\.(md|txt))?$/i.test(each));
  if (file === undefined) throw new Error(`${name} has no text of its licence`);
  return readFileSync(join(folder, file), "utf8").trim();
}

/** The lines of the first comment, without their marks. */
function headComment(source) {
  const lines = source.replace(/^"use strict";\s*/, "").split("\n");
  const end = lines.findIndex((line) => !line.startsWith("//"));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ""))
    .join("\n")
    .trim();
}
