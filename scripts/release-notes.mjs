/** `node scripts/release-notes.mjs VERSION` prints a version's section of CHANGELOG.md, for the release on GitHub. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { notesOf } from "./changelog.mjs";
import { exitOnFailure, root } from "./run.mjs";

await exitOnFailure(() => {
  const [version] = process.argv.slice(2);
  const notes = notesOf(readFileSync(join(root, "CHANGELOG.md"), "utf8"), version);
  if (notes === undefined) throw new Error(`CHANGELOG.md says nothing under "## ${version}"`);
  console.log(notes);
});
