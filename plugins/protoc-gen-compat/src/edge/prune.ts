import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSeq, parseDocument } from "yaml";
import type { Image } from "../baseline/image.js";
import { InputError } from "../input-error.js";
import { nameOfWaiver, type Waiver } from "../policy/waiver.js";

/**
 * Removes waivers from the configuration and from comments in the protos of a folder, and leaves everything else unchanged.
 * Returns the files that it wrote. Throws InputError and writes nothing if a waiver no longer exists.
 */
export function pruneWaivers(
  waivers: readonly Waiver[],
  config: string | undefined,
  folder: string,
  { inFolder }: Pick<Image, "inFolder">,
): string[] {
  const indexes = waivers.flatMap(({ origin }) => ("index" in origin ? [origin.index] : []));
  const edits = new Map<string, string>();
  if (indexes.length > 0 && config !== undefined)
    edits.set(config, withoutItems(readFileSync(config, "utf8"), indexes));
  for (const waiver of waivers) {
    if (!("file" in waiver.origin)) continue;
    const file = join(folder, inFolder(waiver.origin.file));
    const text = edits.get(file) ?? (existsSync(file) ? readFileSync(file, "utf8") : undefined);
    const rest = text === undefined ? undefined : withoutComment(text, waiver.origin.comment);
    if (rest === undefined) throw new InputError(`cannot remove the ${nameOfWaiver(waiver)}: it is not in ${folder}`);
    edits.set(file, rest);
  }
  for (const [file, text] of edits) writeFileSync(file, text);
  return [...edits.keys()];
}

/** The text of a compat.yaml without some of its waivers. Comments on the other waivers stay. */
export function withoutItems(yaml: string, indexes: readonly number[]): string {
  const document = parseDocument(yaml);
  const list = document.get("waivers");
  if (!isSeq(list)) return yaml;
  for (const index of [...indexes].sort((a, b) => b - a)) list.delete(index);
  return document.toString({ lineWidth: 0 });
}

/** The text of a proto without a comment `compat-allow: …`. Its line is removed if it would be empty. */
export function withoutComment(proto: string, comment: string): string | undefined {
  const lines = proto.split("\n");
  const at = lines.findIndex((line) => line.includes("compat-allow:") && line.trimEnd().endsWith(comment));
  if (at < 0) return undefined;
  const before = lines[at]!.slice(0, lines[at]!.indexOf("compat-allow:")).replace(/\s*(\/\/|\*)\s*$/, "");
  lines.splice(at, 1, ...(before.trim() === "" ? [] : [before]));
  return lines.join("\n");
}
