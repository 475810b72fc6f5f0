/**
 * The published packages as npm packs them, and a user's project that has them installed: the quickstart, copied to an
 * empty folder, generated with the commands that a user types, type-checked, run in Node and as a browser would.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, Script } from "node:vm";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { parseSync } from "@swc/core";
import { build } from "esbuild";

jest.setTimeout(60_000); // processes, on a machine that may be busy

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const packages = ["runtime/protobuf", "plugins/protoc-gen-ts"] as const;

/** What `npm pack --json` says of a package. */
interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly private?: boolean;
  readonly bin?: Record<string, string>;
  readonly exports?: Record<string, string | Record<string, string>>;
  readonly dependencies?: Record<string, string>;
}

const temporary = mkdtempSync(join(tmpdir(), "protoloom-packed-"));
const project = join(temporary, "project");
const packed = {} as Record<(typeof packages)[number], Packed>;

beforeAll(() => {
  for (const folder of packages) packed[folder] = pack(`./${folder}`);
  // The dependency would come from the registry; from there it has come to node_modules already.
  const dependency = pack("./node_modules/@bufbuild/protobuf", "--ignore-scripts");

  copyFirstAct();
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const tarballs = [...Object.values(packed), dependency].map(({ filename }) => join(temporary, filename));
  run("npm", "install", "--offline", "--no-audit", "--no-fund", ...tarballs);
  linkTools();
});

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe.each(packages)("the tarball of %s", (folder) => {
  test("has what is published, and nothing else", () => {
    const own = ["LICENSE", "README.md", "package.json"];
    const wanted = { "runtime/protobuf": compiled, "plugins/protoc-gen-ts": bundled }[folder]();
    expect(pathsOf(folder)).toEqual([...own, ...wanted].sort());
  });

  test("has a manifest that fits it", () => {
    const manifest = manifestOf(folder);
    expect(manifest).toMatchObject({ license: "Apache-2.0", version: manifestOf(packages[0]).version });
    expect(manifest.private).toBeUndefined();
    const targets = Object.values(manifest.exports ?? {}).flatMap((to) =>
      typeof to === "string" ? to : Object.values(to),
    );
    for (const target of [...targets, ...Object.values(manifest.bin ?? {})]) {
      const [start, end = ""] = target.replace("./", "").split("*");
      expect([target, pathsOf(folder).some((path) => path.startsWith(start!) && path.endsWith(end))]).toEqual([
        target,
        true,
      ]);
    }
  });

  test("has commands that can be executed", () => {
    for (const file of packed[folder].files) {
      const isCommand = Object.values(manifestOf(folder).bin ?? {}).includes(file.path);
      expect([file.path, (file.mode & 0o111) !== 0]).toEqual([file.path, isCommand]);
      if (isCommand) expect(read(folder, file.path)).toMatch(/^#!\/usr\/bin\/env node\n/);
    }
  });

  test("leads with its maps to nothing that is missing", () => {
    for (const path of codeOf(folder))
      expect([path, read(folder, path).match(/sourceMappingURL.*/)?.[0]]).toEqual([path, undefined]);
  });
});

describe("the runtime", () => {
  test("imports its own files and declared dependencies only, nothing of Node", () => {
    const { dependencies = {}, name } = manifestOf("runtime/protobuf");
    const specifiers = codeOf("runtime/protobuf").flatMap((path) => importsOf(read("runtime/protobuf", path)));
    const foreign = new Set(specifiers.filter((specifier) => !specifier.startsWith(".")).map(packageNameOf));
    foreign.delete(name);
    expect([...foreign]).toEqual(Object.keys(dependencies));
  });

  test("makes no code at run time, and does not touch what only Node has", () => {
    for (const path of codeOf("runtime/protobuf").filter((file) => file.endsWith(".js"))) {
      const forbidden = withoutComments(read("runtime/protobuf", path)).match(
        /\b(eval|Function|process|Buffer|require)\b *[(.]/,
      );
      expect([path, forbidden?.[0]]).toEqual([path, undefined]);
    }
  });
});

describe("the plugin", () => {
  const bundle = "dist/protoc-gen-ts.js";

  test("is one file that needs Node alone, and has no dependencies to install", () => {
    const imported = importsOf(read("plugins/protoc-gen-ts", bundle));
    expect(imported.filter((specifier) => !builtinModules.includes(specifier.replace("node:", "")))).toEqual([]);
    expect(manifestOf("plugins/protoc-gen-ts").dependencies).toBeUndefined();
  });

  test("is made of our code and of @bufbuild/protobuf: no TypeScript compiler, no protoplugin", () => {
    const modules = read("plugins/protoc-gen-ts", bundle).matchAll(/^\/\/ (?:\.\.\/)*node_modules\/(.*)$/gm);
    expect([...new Set(Array.from(modules, ([, path]) => packageNameOf(path!)))]).toEqual(["@bufbuild/protobuf"]);
  });
});

describe("a project with the packages installed", () => {
  let generated: Record<string, string>;

  beforeAll(() => {
    mkdirSync(join(project, "gen"));
    run("protoc", "--ts_out=gen", "order.proto");
    generated = filesIn("gen");
  });

  test("generates with protoc --ts_out", () => {
    expect(Object.keys(generated)).toEqual(["order_pb.ts"]);
  });

  test("generates the same with buf generate", () => {
    rmSync(join(project, "gen"), { recursive: true });
    run("buf", "generate");
    expect(filesIn("gen")).toEqual(generated);
  });

  test("is type-checked under strict options, and runs", () => {
    run("tsc");
    const shown = run("node", "dist/main.js");
    expect(shown).toContain("1a 07 6c 69 75 63 68 61 6f");
    expect(shown).toContain("82 01");
  });

  test("generates JavaScript with its types, which needs no compiler", () => {
    mkdirSync(join(project, "js"));
    run("protoc", "--ts_out=js", "--ts_opt=target=js", "order.proto");
    expect(Object.keys(filesIn("js")).sort()).toEqual(["order_pb.d.ts", "order_pb.js"]);
    writeFileSync(
      join(project, "js/main.js"),
      `// @ts-check
      import { Order } from "./order_pb.js";
      console.log(Order.fromBinary(new Order({ author: "liuchao" }).toBinary()).author);`,
    );
    run("tsc", "--ignoreConfig", "--noEmit", "--strict", "--checkJs", "--module", "nodenext", "js/main.js");
    expect(run("node", "js/main.js")).toBe("liuchao\n");
  });

  test("runs where nothing of Node is, and no code may come from strings", async () => {
    const source = `import { Order, OrderReply, OrderSchema } from "./gen/order_pb.js";
      const reply = new OrderReply({ orderNumber: 5n, order: new Order({ author: "刘超" }) });
      const copy = OrderReply.fromJsonString(JSON.stringify(OrderReply.fromBinary(reply.toBinary())));
      globalThis.shown = [copy.equals(reply), copy.order.author, OrderSchema.fields.length];`;
    const { outputFiles } = await build({
      stdin: { contents: source, resolveDir: project },
      bundle: true,
      write: false,
      platform: "browser",
      format: "iife",
      logLevel: "error",
    });
    const platform = { TextEncoder, TextDecoder, shown: undefined as unknown };
    const context = createContext(platform, { codeGeneration: { strings: false, wasm: false } });
    new Script(outputFiles[0]!.text).runInContext(context);
    expect(Array.from(platform.shown as unknown[])).toEqual([true, "刘超", 4]);
  });
});

function pack(...args: string[]): Packed {
  const options = { cwd: root, encoding: "utf8", stdio: "pipe" } as const;
  const shown = execFileSync("npm", ["pack", "--json", "--pack-destination", temporary, ...args], options);
  const [packed] = JSON.parse(shown.slice(shown.search(/^\[$/m))); // in front of it is what prepack says, when it builds
  return packed;
}

/** The quickstart's act about messages, which needs these packages alone. */
function copyFirstAct(): void {
  const from = join(root, "examples/quickstart");
  for (const file of ["acts/messages.ts", "buf.yaml", "order.proto", "terminal.ts", "tsconfig.json", "wire.ts"]) {
    cpSync(join(from, file), join(project, file));
  }
  writeFileSync(
    join(project, "buf.gen.yaml"),
    "version: v2\nclean: true\nplugins:\n  - local: protoc-gen-ts\n    out: gen\n",
  );
  writeFileSync(
    join(project, "main.ts"),
    `import { messages } from "./acts/messages.js";
    export interface Act { readonly title: string; play(): void | Promise<void> }
    await messages.play();`,
  );
}

/** protoc, buf and tsc as if they were installed in the project; each would be a download of its own. */
function linkTools(): void {
  const tools = {
    protoc: join(root, "node_modules/protoc/protoc.cjs"),
    buf: join(root, "node_modules/@bufbuild/buf/bin/buf"),
    tsc: join(root, "node_modules/typescript/bin/tsc"),
  };
  for (const [name, target] of Object.entries(tools)) symlinkSync(target, join(project, "node_modules/.bin", name));
  mkdirSync(join(project, "node_modules/@types"));
  symlinkSync(join(root, "node_modules/@types/node"), join(project, "node_modules/@types/node"));
}

/** Runs a command in the project as npx and npm scripts do, with the project's binaries on the path. */
function run(command: string, ...args: string[]): string {
  const PATH = [join(project, "node_modules/.bin"), process.env.PATH].join(delimiter);
  try {
    return execFileSync(command, args, {
      cwd: project,
      env: { ...process.env, PATH },
      encoding: "utf8",
      stdio: "pipe",
    });
  } catch (e) {
    const { stdout, stderr } = e as { stdout: string; stderr: string };
    throw new Error(`"${[command, ...args].join(" ")}" failed:\n${stdout}${stderr}`);
  }
}

/** One .js and one .d.ts for each source of the runtime, the generated ones too. */
function compiled(): string[] {
  const sources = listFiles(join(root, "runtime/protobuf/src")).filter((path) => path.endsWith(".ts"));
  return sources.flatMap((path) => [".js", ".d.ts"].map((extension) => `dist/${path.replace(/\.ts$/, extension)}`));
}

function bundled(): string[] {
  return ["bin/protoc-gen-ts", "dist/THIRD-PARTY-NOTICES.txt", "dist/protoc-gen-ts.js"];
}

function pathsOf(folder: (typeof packages)[number]): string[] {
  return packed[folder].files.map((file) => file.path).sort();
}

function codeOf(folder: (typeof packages)[number]): string[] {
  return pathsOf(folder).filter((path) => /\.(js|ts)$/.test(path));
}

/** A file of a package as it was installed. */
function read(folder: (typeof packages)[number], path: string): string {
  const { name } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
  return readFileSync(join(project, "node_modules", name, path), "utf8");
}

function manifestOf(folder: (typeof packages)[number]): Manifest {
  return JSON.parse(read(folder, "package.json"));
}

function filesIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    listFiles(join(project, folder)).map((path) => [path, readFileSync(join(project, folder, path), "utf8")]),
  );
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    );
}

/** What a module imports, and what it exports from others. */
function importsOf(code: string): string[] {
  const { body } = parseSync(code, { syntax: "typescript", target: "es2022" });
  return body.flatMap((item) => ("source" in item && item.source ? item.source.value : []));
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm, "");
}

function packageNameOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
