/**
 * Every folder in golden/ is a case: proto files (or a request made by hand, request.json), a line of options, and what
 * comes of them in expected/.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromJsonString } from "@bufbuild/protobuf";
import { type CodeGeneratorRequest, CodeGeneratorRequestSchema } from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { parseSync, printSync } from "@swc/core";
import { Project } from "ts-morph";
import { readFiles, writeFiles } from "../../files.js";
import { expectFolder, isUpdate } from "../../golden.js";
import { requestFor } from "../compile.js";
import { declarationsOf } from "./declarations.js";
import { answer } from "./generate.js";
import { scratchFolder, typeCheck } from "./type-check.js";

const here = dirname(fileURLToPath(import.meta.url));
const golden = join(here, "golden");
/** The plugin's own options for fields. */
const ownProtos = join(here, "../../../plugins/protoc-gen-ts/proto");

const project = new Project({ skipFileDependencyResolution: true, skipLoadingLibFiles: true });

const cases = readdirSync(golden).sort();
const isSound = (name: string): boolean => !existsSync(join(golden, name, "expected/error.txt"));
/** All cases when goldens are renewed: an error may just have gone. */
const sound = cases.filter((name) => isUpdate || isSound(name));

describe("golden", () => {
  test.each(cases)("%s", (name) => {
    const made = outputOf(requestOf(name));
    expectFolder(join(golden, name, "expected"), made);
  });
});

test.each(cases.filter(isSound))("%s: target=dts writes the declarations of target=js alone", (name) => {
  const all = Object.entries(outputOf(requestOf(name, "js")));
  const declarations = all
    .filter(([file]) => file.endsWith(".d.ts"))
    .map(([file, text]) => [file, text.replace("target=js", "target=dts")]); // the head names the options
  expect(declarations.length).toBeGreaterThan(0);
  expect(Object.entries(outputOf(requestOf(name, "dts")))).toEqual(declarations);
});

// where the packages of the option rewrite_imports are
const paths = Object.fromEntries(["a", "deep", "types"].map((name) => [`@acme/${name}/*`, ["./ts/rewrite-imports/*"]]));

describe.each([
  { syntax: "any", names: sound.filter((name) => !optionsOf(name).includes("enums=const")) },
  { syntax: "erasable", names: sound.filter((name) => optionsOf(name).includes("enums=const")) },
])("goldens with $syntax syntax", ({ syntax, names }) => {
  const folder = scratchFolder(`goldens-${syntax}`);

  beforeAll(() => {
    for (const name of names) {
      for (const target of ["ts", "js"]) {
        writeFiles(join(folder, target, name), Object.entries(outputOf(requestOf(name, target))));
      }
    }
  });

  test("type-check under the strictest options", () => {
    expect(typeCheck(folder, { erasableSyntaxOnly: syntax === "erasable", paths })).toBe("");
  });

  test.each(names)("%s: the declarations of target=js are those of target=ts", (name) => {
    const ours = readFiles(join(folder, "js", name), ".d.ts");
    const theirs = readFiles(join(folder, "dts/ts", name), ".d.ts");
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
  if (!existsSync(json)) return requestFor(readFiles(folder, ".proto"), parameter, [ownProtos]);
  return { ...fromJsonString(CodeGeneratorRequestSchema, readFileSync(json, "utf8")), parameter };
}

/** The generated files, or error.txt. */
function outputOf(request: CodeGeneratorRequest): Record<string, string> {
  const { error, file } = answer(request);
  if (error !== "") return { "error.txt": `${error}\n` };
  return Object.fromEntries(file.map(({ name, content }) => [name, content]));
}

/** The declarations of a module by their names, without what does not matter to those who import it. */
function declarations(text: string): Map<string, string> {
  const { code } = printSync(parseSync(text, { syntax: "typescript" }), { minify: true });
  const unused = /\b_(?=[a-z])/g; // parameters
  return declarationsOf(project.createSourceFile("/module.d.ts", code.replace(unused, ""), { overwrite: true }));
}
