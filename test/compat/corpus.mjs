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
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hashFiles } from "../../scripts/files.mjs";
import { root, run } from "../../scripts/run.mjs";

const casesDir = join(root, "test/compat/cases");
const cacheDir = join(root, ".cache/compat");

/** Reads all cases: { id, before, after }, where before and after are texts by path. */
export function readCases() {
  return readdirSync(casesDir)
    .filter((file) => file.endsWith(".diff"))
    .sort()
    .flatMap((file) => parseGroup(file.slice(0, -".diff".length), readFileSync(join(casesDir, file), "utf8")));
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

/**
 * Compiles both sides with protoc into `.cache/compat`, once for the same cases. Returns the cases and the paths of the
 * two descriptor sets, with imports and source info; `bufImages` are without the cases that buf cannot read.
 */
export function buildCorpus() {
  const cases = readCases();
  const hash = hashFiles([
    "test/compat/cases",
    "test/compat/corpus.mjs",
    "test/compat/protos",
    "node_modules/protoc/package.json",
  ]);
  const dir = join(cacheDir, "corpus");
  const stamp = join(dir, "stamp");
  const images = { before: join(dir, "before.binpb"), after: join(dir, "after.binpb") };
  const bufImages = { before: join(dir, "before-buf.binpb"), after: join(dir, "after-buf.binpb") };
  if (readIfThere(stamp) !== hash) {
    rmSync(dir, { recursive: true, force: true });
    for (const side of ["before", "after"]) {
      compileSide(cases, side, join(dir, side), images[side]);
      compileSide(cases.filter(bufReads), side, join(dir, side), bufImages[side]);
    }
    writeFileSync(stamp, hash);
  }
  return { cases, images, bufImages, sources: { before: join(dir, "before"), after: join(dir, "after") } };
}

/** buf aborts on a MessageSet. */
function bufReads({ before, after }) {
  return ![before, after].some((side) => Object.values(side).some((text) => text.includes("message_set_wire_format")));
}

export const includes = ["node_modules/google-proto-files", "node_modules/protoc/include", "test/compat/protos"];

function compileSide(cases, side, folder, image) {
  const files = cases.flatMap((each) => Object.entries(each[side]));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const paths = [folder, ...includes.map((path) => join(root, path))].map((path) => `--proto_path=${path}`);
  const options = ["--include_imports", "--include_source_info", `--descriptor_set_out=${image}`];
  const protoc = join(root, "node_modules/protoc/protoc.cjs");
  run(process.execPath, [protoc, ...paths, ...options, ...files.map(([path]) => path)], `protoc (${side})`);
}

function readIfThere(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
