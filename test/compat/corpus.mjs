/**
 * The corpus of changes: `cases/*.diff` holds cases, each a diff of one proto or several.
 *
 *     # name-of-the-change
 *       message M {
 *     -   int32 a = 1;
 *     +   int64 a = 1;
 *       }
 *
 * Lines begin with two characters: "- " is before, "+ " is after, blanks are both. `@@ b.proto` begins another file. A case
 * without a syntax is proto3, one without a package gets its own: c.<group>_<name>.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../scripts/run.mjs";

const casesDir = join(root, "test/compat/cases");

/** Reads all cases of a folder, the corpus by default: { id, before, after }, where before and after are texts by path. */
export function readCases(folder = casesDir) {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".diff"))
    .sort()
    .flatMap((file) => parseGroup(file.slice(0, -".diff".length), readFileSync(join(folder, file), "utf8")));
}

function parseGroup(group, text) {
  return text
    .split(/^# /m)
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const [name, ...lines] = part.trimEnd().split("\n");
      return parseCase(`${group}/${name.trim()}`, lines);
    });
}

function parseCase(id, lines) {
  const files = [{ path: `${id}.proto`, lines: [] }];
  for (const line of lines) {
    if (line.startsWith("@@ ")) files.push({ path: `${id}/${line.slice(3).trim()}`, lines: [] });
    else files.at(-1).lines.push(line);
  }
  const side = (other) =>
    Object.fromEntries(
      files
        .map(({ path, lines }) => [path, lines.filter((line) => !line.startsWith(other)).map((line) => line.slice(2))])
        .filter(([, lines]) => lines.some((line) => line.trim() !== ""))
        .map(([path, lines]) => [path, complete(id, lines.join("\n"))]),
    );
  return { id, before: side("+"), after: side("-") };
}

/** Adds what a case leaves out. */
function complete(id, text) {
  const syntax = /^(syntax|edition)\b.*$/m.exec(text)?.[0];
  const packageLine = /^package\b/m.test(text) ? "" : `package c.${id.replace(/\W/g, "_")};\n`;
  const rest = syntax === undefined ? text : text.replace(`${syntax}\n`, "");
  return `${syntax ?? 'syntax = "proto3";'}\n${packageLine}${rest}\n`;
}

/** The output of the build step test-compat for the cases: protos, and descriptor sets with imports and source info. */
const genDir = join(root, "test/gen/compat");
const inSides = (name) => ({ before: join(genDir, name("before")), after: join(genDir, name("after")) });
export const corpus = {
  images: inSides((side) => `${side}.binpb`),
  /** Without the cases that buf cannot read. */
  bufImages: inSides((side) => `${side}-buf.binpb`),
  sources: inSides((side) => side),
};

export const includes = ["node_modules/google-proto-files", "node_modules/protoc/include", "test/compat/protos"];

/** Compiles both sides of the corpus into a folder. Throws what protoc says. */
export function compileCorpus(folder) {
  compileCases(readCases(), folder);
}

/** Compiles both sides of cases into a folder, as before.binpb and after.binpb; those for buf have no MessageSet. */
export function compileCases(cases, folder) {
  for (const side of ["before", "after"]) {
    const sources = join(folder, side);
    for (const [path, text] of cases.flatMap((each) => Object.entries(each[side]))) {
      mkdirSync(dirname(join(sources, path)), { recursive: true });
      writeFileSync(join(sources, path), text);
    }
    compileSide(cases, side, sources, join(folder, `${side}.binpb`));
    compileSide(cases.filter(bufReads), side, sources, join(folder, `${side}-buf.binpb`));
  }
}

/** buf aborts on a MessageSet. */
function bufReads({ before, after }) {
  return ![before, after].some((side) => Object.values(side).some((text) => text.includes("message_set_wire_format")));
}

/** Compiles one side of cases, whose texts are in the folder `sources`, into an image. Throws what protoc says. */
export function compileSide(cases, side, sources, image) {
  const files = cases.flatMap((each) => Object.keys(each[side]));
  const paths = [sources, ...includes.map((path) => join(root, path))].map((path) => `--proto_path=${path}`);
  const options = ["--include_imports", "--include_source_info", `--descriptor_set_out=${image}`];
  const args = [join(root, "node_modules/protoc/protoc.cjs"), ...paths, ...options, ...files];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`protoc (${side}): ${stderr}`); // of the warnings some are what the cases are about
}
