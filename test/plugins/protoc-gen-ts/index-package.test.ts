/** index=package: the files are a module, in each form of JavaScript. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readFiles, writeFiles } from "../../files.js";
import { generate } from "./generate.js";
import { scratchFolder } from "./type-check.js";

const sources = readFiles(join(import.meta.dirname, "golden/index-package"), ".proto");

test.each([
  ["module", "import { Kind, More, Order } from"],
  ["legacy_commonjs", "const { Kind, More, Order } = require("],
])("js_import_style=%s", (style, statement) => {
  const folder = scratchFolder(`index-${style}`);
  writeFiles(folder, generate(sources, `target=js,index=package,js_import_style=${style}`));
  const isModule = style === "module";
  const head = `${statement}"./shop/v1/index.js"${isModule ? "" : ")"};`;
  const use = `${head} console.log(new Order({ items: [{ kind: Kind.UNSPECIFIED }] }).items.length, More.typeName);`;
  writeFiles(folder, [
    ["package.json", JSON.stringify({ type: isModule ? "module" : "commonjs" })],
    ["use.js", use],
  ]);
  const { stdout, stderr } = spawnSync(process.execPath, [join(folder, "use.js")], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(stdout).toBe("1 shop.v1.More\n");
});
