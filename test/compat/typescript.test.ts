/**
 * The witnesses of the TypeScript surface: source code that compiles beside what protoc-gen-ts generates from the one
 * version, and not beside the code of the other. All of them, compiled by tsc.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { changedSchemas } from "../../plugins/protoc-gen-compat/src/baseline/changed.js";
import { type Image, parseImage } from "../../plugins/protoc-gen-compat/src/baseline/image.js";
import { check } from "../../plugins/protoc-gen-compat/src/check/check.js";
import { corpus, includes, readCases } from "./corpus.mjs";

const root = join(import.meta.dirname, "../..");
const folder = join(root, ".cache/compat/typescript");
const cases = readCases();
const { images, sources } = corpus;
/** The imports of the cases. Well-known types are in the runtime. */
const imported = ["api/annotations", "api/http", "api/field_behavior"].map((name) => `google/${name}.proto`);

type Side = "before" | "after";
/** Witnesses by file, of changes from the one version to the other and back. */
let witnesses: Record<Side, Map<string, string>>;
/** Files that do not compile, beside the code of each version. */
let failed: Record<Side, Set<string>>;

beforeAll(() => {
  const [before, after] = [images.before, images.after].map((file) => parseImage(readFileSync(file), file)) as [
    Image,
    Image,
  ];
  witnesses = { before: witnessesOf(before, after, "before"), after: witnessesOf(after, before, "after") };
  failed = { before: compile("before"), after: compile("after") };
});

test.each([
  ["before", "after"],
  ["after", "before"],
] as const)("what compiles with the version %s does not compile with the one %s", (good, bad) => {
  const files = [...witnesses[good].keys()];
  expect(files.length).toBeGreaterThan(150);
  expect(files.filter((file) => failed[good].has(file)).map((file) => witnesses[good].get(file))).toEqual([]);
  expect(files.filter((file) => !failed[bad].has(file)).map((file) => witnesses[good].get(file))).toEqual([]);
});

test("the generated code compiles", () => {
  const generated = [...failed.before, ...failed.after].filter((file) => !file.startsWith("witness-"));
  expect(generated).toEqual([]);
});

function witnessesOf(previous: Image, next: Image, side: Side): Map<string, string> {
  const schemas = changedSchemas(previous, next);
  const codes = check(schemas.previous, schemas.next).flatMap(({ effects }) =>
    effects.flatMap(({ surface, witness }) => (surface === "typescript" && witness ? [witness.data] : [])),
  );
  return new Map(codes.map((code, i) => [`witness-${side}-${i}.ts`, code]));
}

/** Generates the code of one version, puts all witnesses beside it, and returns the files with errors. */
function compile(side: Side): Set<string> {
  const out = join(folder, side);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const protos = cases.flatMap((each) => Object.keys(each[side]));
  const paths = [sources[side], ...includes.map((path) => join(root, path))].map((path) => `--proto_path=${path}`);
  const plugin = join(root, "plugins/protoc-gen-ts/bin/protoc-gen-ts");
  const args = [...paths, `--plugin=protoc-gen-ts=${plugin}`, `--ts_out=${out}`];
  const files = [...protos, ...imported, "buf/validate/validate.proto"];
  const protoc = spawnSync(process.execPath, [join(root, "node_modules/protoc/protoc.cjs"), ...args, ...files], {
    encoding: "utf8",
  });
  expect({ status: protoc.status, stderr: protoc.status === 0 ? "" : protoc.stderr }).toEqual({
    status: 0,
    stderr: "",
  });
  for (const [file, code] of [...witnesses.before, ...witnesses.after]) writeFileSync(join(out, file), code);
  const compilerOptions = { noEmit: true, composite: false, skipLibCheck: true };
  const config = { extends: join(root, "tsconfig.base.json"), compilerOptions, include: ["**/*.ts"] };
  writeFileSync(join(out, "tsconfig.json"), JSON.stringify(config));
  const tsc = spawnSync(
    process.execPath,
    [join(root, "node_modules/typescript/bin/tsc"), "-p", ".", "--pretty", "false"],
    { cwd: out, encoding: "utf8", maxBuffer: 1 << 26 },
  );
  return new Set(Array.from(tsc.stdout.matchAll(/^(\S+?)\(\d+,\d+\): error/gm), ([, file]) => file!));
}
