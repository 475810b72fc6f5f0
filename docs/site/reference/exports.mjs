/** The pages of what the packages export: one for each entry point, from its types and doc comments. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Application, OptionDefaults } from "typedoc";
import { entries } from "../../../scripts/entries.mjs";
import { root } from "./load.mjs";

const out = join(root, ".cache/docs/exports");

/** Called by generated code only. */
const left = ["@protoloom/validate/codegen", "@protoloom/validate/re2"];
const shown = entries.filter(({ name }) => !left.includes(name));

export const exportPages = shown.map(({ name, source }) => ({
  slug: `reference/exports/${name.replace("@protoloom/", "")}`,
  label: name,
  // links of other pages lead to this file
  file: fileOf(source),
  make: async () => {
    written ??= writeAll();
    await written;
    const text = readFileSync(join(out, "pages", fileOf(source)), "utf8");
    return `# ${name}\n\n${text.replace(/^# .*\n+/, "")}`;
  },
}));

/** The run of TypeDoc, which writes all pages. */
let written;

async function writeAll() {
  mkdirSync(out, { recursive: true });
  const tsconfig = join(out, "tsconfig.json");
  const compilerOptions = { noEmit: true, composite: false, incremental: false, types: ["node"], skipLibCheck: true };
  const files = shown.map(({ source }) => join(root, source));
  writeFileSync(tsconfig, JSON.stringify({ extends: join(root, "tsconfig.base.json"), compilerOptions, files }));
  const app = await Application.bootstrapWithPlugins({
    ...{ tsconfig, entryPoints: files, basePath: root, skipErrorChecking: true, readme: "none", name: "Exports" },
    ...{ excludeExternals: true, excludePrivate: true, excludeInternal: true, disableSources: true },
    ...{ plugin: ["typedoc-plugin-markdown"], router: "module", hidePageHeader: true, hideBreadcrumbs: true },
    ...{ parametersFormat: "table", interfacePropertiesFormat: "table", classPropertiesFormat: "table" },
    ...{ typeDeclarationFormat: "table", enumMembersFormat: "table", logLevel: "Warn" },
    blockTags: [...OptionDefaults.blockTags, "@generated"],
    exclude: ["**/wkt/gen/**"], // protobuf's own documentation says what these messages are
    validation: false,
    outputs: [{ name: "markdown", path: join(out, "pages") }],
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("TypeDoc could not read the packages");
  await app.generateOutputs(project);
}

/** As TypeDoc names it: "runtime/rpc/src.md" for "runtime/rpc/src/index.ts". */
function fileOf(source) {
  return `${source.replace(/(\/index)?\.ts$/, "")}.md`;
}
