import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { LanguageSurface } from "../../../plugins/protoc-gen-compat/src/finding.js";
import { includes } from "../../compat/corpus.mjs";
import { languageCases, languagesFolder } from "../../compat/languages.mjs";
import { providePython } from "../../python.mjs";
import { root } from "../provision.js";
import { goEnv, goModule, protoc, provideCpp, provideProtobufJava, provideProtocGenGo } from "./provide.js";

export type Side = "before" | "after";

/** A language's tools: their versions, and a function that says which programs fail beside the code of one version. */
export interface Tools {
  readonly versions: string;
  failing(side: Side, programs: readonly string[]): Set<number>;
}

export const toolsOf: Readonly<Record<LanguageSurface, () => Promise<Tools>>> = { go, java, python, cpp };

interface Ran {
  readonly status: number | null;
  readonly output: string;
}

function run(command: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Ran {
  const [program, ...args] = command as [string, ...string[]];
  const options = { cwd, env: { ...process.env, ...env }, encoding: "utf8", maxBuffer: 1 << 28 } as const;
  const { status, stdout, stderr, error } = spawnSync(program, args, options);
  if (error !== undefined) throw error;
  return { status, output: stdout + stderr };
}

function must(command: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): string {
  const { status, output } = run(command, cwd, env);
  if (status !== 0)
    throw new Error(`"${command.join(" ").slice(0, 200)}" ended with ${status}:\n${output.slice(0, 4000)}`);
  return output.trim();
}

/** An empty folder for a language and a version, with the code that protoc generates. */
function generated(
  name: string,
  side: Side,
  flags: readonly string[],
  compiler: readonly string[] = protoc,
  env: Readonly<Record<string, string>> = {},
): string {
  const folder = join(root, ".cache/compat/languages-e2e", name, side);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = languageCases.flatMap((each) => Object.keys(each[side]));
  const paths = [join(languagesFolder, side), ...includes.map((path) => join(root, path))];
  must([...compiler, ...paths.map((path) => `--proto_path=${path}`), ...flags, ...files], folder, env);
  return folder;
}

function put(folder: string, files: Iterable<readonly [path: string, text: string]>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** The numbers that a pattern finds in the output. */
function numbersIn(output: string, pattern: RegExp): Set<number> {
  return new Set(Array.from(output.matchAll(pattern), ([, number]) => Number(number)));
}

async function go(): Promise<Tools> {
  const plugin = await provideProtocGenGo();
  return {
    versions: [must(["go", "version"], root, goEnv), must([plugin, "--version"], root)].join(", "),
    failing(side, programs) {
      const flags = [`--plugin=protoc-gen-go=${plugin}`, "--go_out=.", "--go_opt=module=example.com"];
      const folder = generated("go", side, flags);
      must(["cp", join(goModule, "go.mod"), join(goModule, "go.sum"), "."], folder);
      put(
        folder,
        programs.map((code, i) => [`use/p${i}/use.go`, code] as const),
      );
      must(["go", "build", "./gen/..."], folder, goEnv);
      return goFailing(folder);
    },
  };
}

/** A package that is not there keeps Go from compiling the others: they are compiled without those that failed. */
function goFailing(folder: string): Set<number> {
  const { output } = run(["go", "build", "./use/..."], folder, goEnv);
  const found = numbersIn(output, /^use\/p(\d+)\/use\.go:/gm);
  if (found.size === 0) return found;
  for (const i of found) rmSync(join(folder, `use/p${i}`), { recursive: true });
  return new Set([...found, ...goFailing(folder)]);
}

async function java(): Promise<Tools> {
  const jar = await provideProtobufJava();
  return {
    versions: [
      must(["javac", "-version"], root),
      must([...protoc, "--version"], root),
      jar.slice(jar.lastIndexOf("/") + 1),
    ].join(", "),
    failing(side, programs) {
      const folder = generated("java", side, ["--java_out=."]);
      const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
        file.endsWith(".java"),
      );
      put(folder, [["sources.txt", sources.join("\n")]]);
      must(["javac", "-proc:none", "-nowarn", "-cp", jar, "-d", "classes", "@sources.txt"], folder);
      put(
        folder,
        programs.map((code, i) => [`use/Use${i}.java`, code.replace("class Use", `class Use${i}`)] as const),
      );
      const uses = programs.map((_, i) => `use/Use${i}.java`);
      put(folder, [["uses.txt", uses.join("\n")]]);
      const path = ["classes", jar].join(delimiter);
      const { output } = run(
        ["javac", "-proc:none", "-Xmaxerrs", "100000", "-cp", path, "-d", "none", "@uses.txt"],
        folder,
      );
      return numbersIn(output, /^use\/Use(\d+)\.java:\d+: error/gm);
    },
  };
}

/** Runs each program by itself, in one process. */
const pythonRunner = `
import json, sys
for i, code in enumerate(json.load(open("programs.json"))):
    try:
        exec(compile(code, "program", "exec"), {})
    except Exception as e:
        print("failed", i, repr(e))
`;

async function python(): Promise<Tools> {
  const { command, env } = providePython();
  const version = must([command, "-c", "import google.protobuf as p; print('protobuf', p.__version__)"], root, env);
  return {
    versions: [must([command, "--version"], root), version, must([...protoc, "--version"], root)].join(", "),
    failing(side, programs) {
      const folder = generated("python", side, ["--python_out=."]);
      put(folder, [
        ["programs.json", JSON.stringify(programs)],
        ["runner.py", pythonRunner],
      ]);
      return numbersIn(must([command, "runner.py"], folder, env), /^failed (\d+) /gm);
    },
  };
}

async function cpp(): Promise<Tools> {
  const { protoc: compiler, headers, env } = await provideCpp();
  const gcc = must(["g++", "--version"], root).split("\n")[0]!;
  return {
    versions: [gcc, must([...compiler, "--version"], root, env)].join(", "),
    failing(side, programs) {
      const folder = generated("cpp", side, ["--cpp_out=."], compiler, env);
      const compile = (numbers: readonly number[]): Set<number> => {
        const codes = numbers.map((i) => [i, programs[i]!] as const);
        put(folder, [["uses.cc", unitOf(codes)]]);
        const { output } = run(["g++", "-std=c++17", "-fsyntax-only", "-w", "-I.", `-I${headers}`, "uses.cc"], folder);
        return numbersIn(output, /^p(\d+)\.cc:\d+:\d+: (?:fatal )?error/gm);
      };
      const all = programs.map((_, i) => i);
      const alone = all.filter((i) => severalFiles.some((id) => programs[i]!.includes(`"${id}`)));
      const together = compile(all.filter((i) => !alone.includes(i)));
      return new Set([...together, ...alone.flatMap((i) => [...compile([i])])]);
    },
  };
}

/** Cases whose types may be in another header: their programs see only the one that they include. */
const severalFiles = languageCases
  .filter(({ before, after }) => Object.keys({ ...before, ...after }).length > 1)
  .map(({ id }) => id);

/** One translation unit: each program is a namespace, named in its file by a line directive. */
function unitOf(programs: readonly (readonly [number, string])[]): string {
  const included = new Set(programs.flatMap(([, code]) => code.match(/^#include "[^"]*"/gm) ?? []));
  const head = Array.from(included, (line) => `#if __has_include(${line.slice("#include ".length)})\n${line}\n#endif`);
  const bodies = programs.map(
    ([i, code]) => `#line 1 "p${i}.cc"\nnamespace p${i} {\n${code.replace(/^#include.*$/gm, "")}\n}`,
  );
  return ["#include <type_traits>", ...head, ...bodies].join("\n");
}
