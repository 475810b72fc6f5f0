/** The cases of source code in other languages: `languages/*.diff`, in the form of the corpus, each with a go_package. */
import { join } from "node:path";
import { root } from "../../scripts/run.mjs";
import { compileCases, readCases } from "./corpus.mjs";

/** The cases, and the folder with before.binpb, after.binpb and their texts after compileLanguages(). */
export const languageCases = readCases(join(root, "test/compat/languages")).map(({ id, before, after }) => ({
  id,
  before: inGo(before),
  after: inGo(after),
}));
export const languagesFolder = join(root, ".cache/compat/languages");

export function compileLanguages() {
  compileCases(languageCases, languagesFolder);
}

/** Each file with a Go package of its own, by its folder and name; the files of a case with several share one. */
function inGo(files) {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => {
      if (text.includes("go_package")) return [path, text];
      const [, , name] = /^(\w+)\/([\w-]+)/.exec(path);
      const option = `option go_package = "example.com/gen/${name.replaceAll("-", "")}";\n`;
      return [path, text.replace(/^package .*;\n/m, (line) => line + option)];
    }),
  );
}
