/**
 * Every folder in golden/ is a case: proto files (or a request made by hand, request.json), a line of options, and what
 * comes of them in expected/. `npm run goldens` rewrites what is expected.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromJsonString } from "@bufbuild/protobuf";
import { type CodeGeneratorRequest, CodeGeneratorRequestSchema } from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { parseSync, printSync } from "@swc/core";
import { requestFor } from "../compile.js";
import { answer } from "./generate.js";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");
const golden = join(here, "golden");
const scratch = join(root, ".cache/goldens");
const isUpdate = process.env.GOLDENS === "update";

const cases = readdirSync(golden).sort();
const sound = cases.filter((name) => isUpdate || !existsSync(join(golden, name, "expected/error.txt")));

describe("golden", () => {
  test.each(cases)("%s", (name) => {
    const made = outputOf(requestOf(name));
    const expected = join(golden, name, "expected");
    if (isUpdate) {
      rmSync(expected, { recursive: true, force: true });
      write(expected, made);
    }
    expect(made).toEqual(read(expected));
  });
});

// The strictest options that a user may have. Emits declarations, which is what isolatedDeclarations is about.
const strictest = {
  strict: true,
  exactOptionalPropertyTypes: true,
  isolatedDeclarations: true,
  verbatimModuleSyntax: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  allowUnreachableCode: false,
  target: "es2022",
  lib: ["es2022"],
  types: [],
  module: "preserve", // takes imports with any extension
  allowImportingTsExtensions: true,
  declaration: true,
  emitDeclarationOnly: true,
};

describe.each([
  { syntax: "any", names: sound.filter((name) => !optionsOf(name).includes("enums=const")) },
  { syntax: "erasable", names: sound.filter((name) => optionsOf(name).includes("enums=const")) },
])("goldens with $syntax syntax", ({ syntax, names }) => {
  const folder = join(scratch, syntax);

  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    for (const name of names) {
      for (const target of ["ts", "js"]) write(join(folder, target, name), outputOf(requestOf(name, target)));
    }
    const compilerOptions = { ...strictest, erasableSyntaxOnly: syntax === "erasable", rootDir: ".", outDir: "dts" };
    write(folder, { "tsconfig.json": JSON.stringify({ compilerOptions, include: ["ts", "js"] }) });
  });

  test("type-check under the strictest options", () => {
    expect(tsc(folder)).toBe("");
  }, 60_000);

  test.each(names)("%s: the declarations of target=js are those of target=ts", (name) => {
    const ours = read(join(folder, "js", name), ".d.ts");
    const theirs = read(join(folder, "dts/ts", name), ".d.ts");
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
    for (const [file, text] of Object.entries(ours)) expect(declarations(text)).toEqual(declarations(theirs[file]!));
  });
});

function optionsOf(name: string): string {
  const path = join(golden, name, "options");
  return existsSync(path) ? readFileSync(path, "utf8").trim() : "";
}

/** The request of a case, for its own target or another one. */
function requestOf(name: string, target?: string): CodeGeneratorRequest {
  const folder = join(golden, name);
  const json = join(folder, "request.json");
  const options = optionsOf(name)
    .split(",")
    .filter((option) => target === undefined || !option.startsWith("target="));
  const parameter = [...options, target === undefined ? "" : `target=${target}`]
    .filter((option) => option !== "")
    .join();
  if (!existsSync(json)) return requestFor(read(folder, ".proto"), parameter);
  return { ...fromJsonString(CodeGeneratorRequestSchema, readFileSync(json, "utf8")), parameter };
}

/** The generated files, or error.txt. */
function outputOf(request: CodeGeneratorRequest): Record<string, string> {
  const { error, file } = answer(request);
  if (error !== "") return { "error.txt": `${error}\n` };
  return Object.fromEntries(file.map(({ name, content }) => [name, content]));
}

function write(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function read(folder: string, suffix = ""): Record<string, string> {
  const entries = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  const paths = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name).slice(folder.length + 1));
  return Object.fromEntries(
    paths.filter((path) => path.endsWith(suffix)).sort().map((path) => [path, readFileSync(join(folder, path), "utf8")]), // biome-ignore format: a chain
  );
}

function tsc(folder: string): string {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  return spawnSync(process.execPath, [compiler, "-p", folder, "--pretty", "false"], { encoding: "utf8" }).stdout;
}

/** The declarations of a module, one line each, without what does not matter to those who import it. */
function declarations(text: string): string[] {
  const module = parseSync(text, { syntax: "typescript" });
  const body = module.body.filter(({ type }) => type !== "ImportDeclaration" && type !== "ExportNamedDeclaration");
  return body.map((item) => printSync({ ...module, body: [item] }, { minify: true }).code.replace(/\b_(?=[a-z])/g, "")); // unused parameters
}
