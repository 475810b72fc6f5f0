/**
 * The CommonJS form of a package, beside the ES modules of its `dist`: for Jest as it comes, for TypeScript's `node10` and
 * `node16` resolution from CommonJS, and for whatever else cannot require() an ES module. Node can: there, the condition
 * "module-sync" leads both import and require() to `dist`, so that no class exists twice in a process.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { listFiles } from "./files.mjs";
import { root } from "./run.mjs";

/** Writes `FOLDER/cjs`: every file of `FOLDER/dist`, transformed one by one, with the declarations as they are. */
export async function writeCommonJs(folder) {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const files = listFiles([`${folder}/dist`]).filter((file) => /\.(js|d\.ts)$/.test(file));
  const own = ownEntries(manifest);
  for (const file of files) {
    const path = posix.relative(`${folder}/dist`, file);
    const text = ownImports(readFileSync(join(root, file), "utf8"), manifest.name, own, path);
    write(join(root, folder, "cjs", path), path.endsWith(".js") ? await commonJs(text) : text);
  }
  write(join(root, folder, "cjs/package.json"), `${JSON.stringify(innerManifest(manifest), null, 2)}\n`);
  const written = new Set([...files.map((file) => file.replace("/dist/", "/cjs/")), `${folder}/cjs/package.json`]);
  for (const file of listFiles([`${folder}/cjs`])) if (!written.has(file)) rmSync(join(root, file));
}

/** Bindings stay live: what is imported is read as a property of its module each time. */
async function commonJs(text) {
  const { transform } = await import("esbuild"); // which is not installed yet where this file is loaded first
  /** @type {import("esbuild").TransformOptions} */
  const options = { format: "cjs", platform: "node", target: "es2022", supported: { "dynamic-import": false } };
  return (await transform(text, { ...options, loader: "js" })).code;
}

/** Gives imports of the package itself, and those that begin with "#", the path of the file: not every resolver knows them. */
function ownImports(text, name, own, path) {
  return text.replace(/((?:from |import\()["'])([^"']+)(["'])/g, (all, before, specifier, after) => {
    const isOwn = specifier === name || specifier.startsWith(`${name}/`) || specifier.startsWith("#");
    if (!isOwn) return all;
    const target = resolveOwn(own, specifier.replace(name, "."));
    const to = posix.relative(posix.dirname(path), target);
    return `${before}${to.startsWith(".") ? to : `./${to}`}${after}`;
  });
}

/** The entries of the package, which may have a star, its inner imports, and their files in dist. */
function ownEntries({ exports, imports = {} }) {
  const entries = Object.entries(exports).filter(([, target]) => typeof target === "object");
  return [
    ...entries.map(([entry, target]) => [entry.split("*"), target.default.default]),
    ...Object.entries(imports).map(([name, target]) => [[name], target.node]),
  ].map(([entry, target]) => [entry, target.replace("./dist/", "")]);
}

function resolveOwn(own, specifier) {
  const found = own.find(([[start, end]]) => (end === undefined ? specifier === start : specifier.startsWith(start)));
  return found?.[1].replace("*", specifier.slice(found[0][0].length));
}

/**
 * Tells resolvers that the folder is CommonJS. "imports" would count in the package's own manifest alone: its files
 * for Node are named, and bundlers for other platforms are told by the field that they know.
 */
function innerManifest({ sideEffects, imports = {} }) {
  const inside = (path) => path.replace("./dist/", "./");
  const browser = Object.values(imports).map((target) => [inside(target.node), inside(target.default)]);
  return {
    type: "commonjs",
    sideEffects,
    ...(browser.length > 0 && { browser: Object.fromEntries(browser), "react-native": Object.fromEntries(browser) }),
  };
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
