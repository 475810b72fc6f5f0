import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { rollup } from "rollup";
import { root } from "../scripts/run.mjs";

/**
 * Bundles an entry for a browser. Returns the code, its sizes, and the share of each module: `modules` are `{ path, bytes }`,
 * largest first, without modules that were dropped entirely.
 */
export async function bundleWithEsbuild(entry, { minify = true, alias = {} } = {}) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minify,
    alias,
    platform: "browser",
    format: "esm",
    target: "es2022",
    legalComments: "none",
    metafile: true,
    write: false,
    outdir: "bench",
    logLevel: "silent",
  });
  const code = outputFiles[0].text;
  const { inputs } = Object.values(metafile.outputs)[0];
  const modules = Object.entries(inputs).map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }));
  return { code, ...sizesOf(code), modules: largestFirst(modules) };
}

/** The same with rollup, which does not minify. */
export async function bundleWithRollup(entry) {
  const bundle = await rollup({ input: entry, plugins: [resolvePackages], onwarn() {} });
  const { output } = await bundle.generate({ format: "es" });
  await bundle.close();
  const modules = Object.entries(output[0].modules).map(([path, { renderedLength }]) => ({
    path: relative(root, path),
    bytes: renderedLength,
  }));
  const { code } = output[0];
  return { code, ...sizesOf(code), modules: largestFirst(modules) };
}

function sizesOf(code) {
  return { bytes: Buffer.byteLength(code), gzipped: gzipSync(code, { level: 9 }).length };
}

function largestFirst(modules) {
  return modules.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
}

/** Rollup itself resolves no packages and ignores their `sideEffects`. */
const resolvePackages = {
  name: "resolve-packages",
  resolveId(source, importer) {
    if (importer === undefined) return null;
    if (source.startsWith(".")) return found(resolve(dirname(importer), source));
    const [, name, subpath = ""] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(source);
    const folder = packageFolder(name, dirname(importer));
    return found(join(folder, targetOf(manifestIn(folder), `.${subpath}`)));
  },
};

function found(file) {
  return { id: file, moduleSideEffects: manifestIn(dirname(file)).sideEffects !== false };
}

function packageFolder(name, from) {
  const folder = join(from, "node_modules", name);
  if (existsSync(folder)) return folder;
  if (dirname(from) === from) throw new Error(`cannot find package ${name}`);
  return packageFolder(name, dirname(from));
}

/** The package.json of a folder's package. A package.json that only sets `type` does not count. */
function manifestIn(folder) {
  const file = join(folder, "package.json");
  const manifest = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  return manifest.name === undefined && dirname(folder) !== folder ? manifestIn(dirname(folder)) : manifest;
}

function targetOf({ exports }, subpath) {
  let target = exports[subpath];
  while (typeof target === "object") target = target.module ?? target.import ?? target.default;
  return target;
}
