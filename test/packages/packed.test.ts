/**
 * The published packages as npm packs them, and a user's project that has them installed: the quickstart, copied to an
 * empty folder, generated with the commands that a user types, type-checked, run in Node and as a browser would.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, Script } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parseSync } from "@swc/core";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const packages = [
  "runtime/protobuf",
  "runtime/rpc",
  "runtime/validate",
  "runtime/envoy",
  "plugins/protoc-gen-ts",
  "plugins/protoc-gen-ts-grpc",
  "plugins/protoc-gen-ts-validate",
] as const;
type Folder = (typeof packages)[number];
const plugins = ["plugins/protoc-gen-ts", "plugins/protoc-gen-ts-grpc"] as const;

/** The output of `npm pack --json` for a package. */
interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly main?: string;
  readonly private?: boolean;
  readonly bin?: Record<string, string>;
  readonly exports?: Record<string, string | Record<string, string | Record<string, string>>>;
  readonly imports?: Record<string, Record<string, string>>;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

const temporary = mkdtempSync(join(tmpdir(), "protoloom-packed-"));
const project = join(temporary, "project");
const packed = {} as Record<Folder, Packed>;

beforeAll(() => {
  for (const folder of packages) packed[folder] = pack(`./${folder}`);
  // The dependency would come from the registry; from there it has come to node_modules already.
  const dependency = pack("./node_modules/@bufbuild/protobuf", "--ignore-scripts");

  copyQuickstart();
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const { "runtime/rpc": rpc, "runtime/validate": validate, "runtime/envoy": envoy, ...others } = packed;
  const tarballs = [...Object.values(others), dependency].map(({ filename }) => join(temporary, filename));
  run("npm", "install", "--offline", "--no-audit", "--no-fund", ...tarballs);
  unpackByHand("rpc", rpc);
  unpackByHand("validate", validate);
  unpackByHand("envoy", envoy);
  linkDependenciesOfRpc();
  linkTools();
});

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe.each(packages)("the tarball of %s", (folder) => {
  test("has what is published, and nothing else", () => {
    const own = ["LICENSE", "README.md", "package.json"];
    const wanted = folder.startsWith("runtime/") ? compiled(folder) : bundled(folder);
    const paths = pathsOf(folder).filter((path) => !shared.test(path));
    expect(paths).toEqual([...own, ...wanted].sort());
  });

  test("has a manifest that fits it", () => {
    const manifest = manifestOf(folder);
    expect(manifest).toMatchObject({ license: "Apache-2.0", version: manifestOf(packages[0]).version });
    expect(manifest.private).toBeUndefined();
    const targets = Object.values(manifest.exports ?? {}).flatMap((to) =>
      typeof to === "string"
        ? to
        : Object.values(to).flatMap((each) => (typeof each === "string" ? each : Object.values(each))),
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

describe("the runtime of messages", () => {
  test("imports its own files and declared dependencies only, nothing of Node", () => {
    const { dependencies = {}, peerDependencies = {}, name } = manifestOf("runtime/protobuf");
    const specifiers = codeOf("runtime/protobuf").flatMap((path) => importsOf(read("runtime/protobuf", path)));
    const foreign = new Set(specifiers.filter((specifier) => !specifier.startsWith(".")).map(packageNameOf));
    foreign.delete(name);
    expect([...foreign]).toEqual(Object.keys({ ...dependencies, ...peerDependencies }));
  });

  test("makes no code at run time, and does not touch what only Node has", () => {
    for (const path of codeOf("runtime/protobuf").filter((file) => /^dist\/.*\.js$/.test(file))) {
      const forbidden = withoutComments(read("runtime/protobuf", path)).match(
        /\b(eval|Function|process|Buffer|require)\b *[(.]/,
      );
      expect([path, forbidden?.[0]]).toEqual([path, undefined]);
    }
  });
});

describe("the runtime of services", () => {
  test("imports its own files and declared dependencies only, and what Node brings", () => {
    const { dependencies, peerDependencies, name } = manifestOf("runtime/rpc");
    const specifiers = codeOf("runtime/rpc").flatMap((path) => importsOf(read("runtime/rpc", path)));
    const foreign = specifiers.filter((specifier) => !/^[.#]/.test(specifier) && !specifier.startsWith("node:"));
    const declared = Object.keys({ ...dependencies, ...peerDependencies, [name]: "" });
    expect([...new Set(foreign.map(packageNameOf))].filter((each) => !declared.includes(each))).toEqual([]);
  });
});

describe("the runtime of validation", () => {
  test("imports its own files alone, and peers where an entry says so", () => {
    const { dependencies, peerDependencies, name } = manifestOf("runtime/validate");
    expect(dependencies).toBeUndefined();
    const foreign = codeOf("runtime/validate").flatMap((path) =>
      importsOf(read("runtime/validate", path))
        .filter((specifier) => !/^[.#]/.test(specifier) && packageNameOf(specifier) !== name)
        .map((specifier) => `${basename(path).replace(/\..*/, "")}: ${packageNameOf(specifier)}`),
    );
    const used = [...new Set(foreign)].sort();
    expect(used).toEqual([
      "protovalidate: @bufbuild/protobuf",
      "protovalidate: @bufbuild/protovalidate",
      "re2: @bufbuild/re2",
      "rpc: @protoloom/rpc",
    ]);
    expect(Object.keys(peerDependencies ?? {}).sort()).toEqual(used.map((each) => each.replace(/.*: /, "")).sort());
  });
});

describe.each(plugins)("the plugin %s", (folder) => {
  const bundle = bundled(folder).find((path) => path.endsWith(".js"))!;

  test("is one file that needs Node alone, and has no dependencies to install", () => {
    const imported = importsOf(read(folder, bundle));
    expect(imported.filter((specifier) => !builtinModules.includes(specifier.replace("node:", "")))).toEqual([]);
    expect(manifestOf(folder).dependencies).toBeUndefined();
  });

  test("is made of our code and of @bufbuild/protobuf: no TypeScript compiler, no protoplugin", () => {
    const modules = read(folder, bundle).matchAll(/^\/\/ (?:\.\.\/)*(?:.*\/)?node_modules\/(.*)$/gm);
    expect([...new Set(Array.from(modules, ([, path]) => packageNameOf(path!)))]).toEqual(["@bufbuild/protobuf"]);
  });
});

describe("a project with the packages installed", () => {
  let generated: Record<string, string>;

  beforeAll(() => {
    mkdirSync(join(project, "gen"));
    run("protoc", "--ts_out=gen", "--ts-grpc_out=gen", "order.proto");
    generated = filesIn("gen");
  });

  test("generates with protoc --ts_out and --ts-grpc_out", () => {
    expect(Object.keys(generated).sort()).toEqual(["order_grpc.ts", "order_pb.ts"]);
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
    expect(shown).toContain("server.close"); // the act about services, to its end
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

  test("bundles a client for browsers, without what only Node has", async () => {
    const source = `import { createClient } from "@protoloom/rpc";
      import { connectTransport } from "@protoloom/rpc/connect";
      import { PurchaseOrderService } from "./gen/order_grpc.js";
      export const client = (transport) => createClient(PurchaseOrderService, connectTransport(transport));`;
    const { outputFiles, warnings } = await build({
      stdin: { contents: source, resolveDir: project },
      bundle: true,
      write: false,
      platform: "browser",
      format: "esm",
      treeShaking: true,
      logLevel: "error",
    });
    expect(warnings).toEqual([]);
    expect(importsOf(outputFiles[0]!.text)).toEqual([]);
    expect(outputFiles[0]!.text).not.toMatch(/AsyncLocalStorage|node:/);
  });
});

/** Installs a package that depends on the runtime of services: npm would get the dependencies of that from the registry. */
function unpackByHand(name: string, { filename }: Packed): void {
  const folder = join(project, "node_modules/@protoloom", name);
  mkdirSync(folder);
  execFileSync("tar", ["-xzf", join(temporary, filename), "-C", folder, "--strip-components=1"]);
}

/** Those in the repository will do. */
function linkDependenciesOfRpc(): void {
  for (const scope of ["@grpc", "@connectrpc"])
    symlinkSync(join(root, "node_modules", scope), join(project, "node_modules", scope));
}

function pack(...args: string[]): Packed {
  const options = { cwd: root, encoding: "utf8", stdio: "pipe" } as const;
  const shown = execFileSync("npm", ["pack", "--json", "--pack-destination", temporary, ...args], options);
  const [packed] = JSON.parse(shown.slice(shown.search(/^\[$/m))); // in front of it is what prepack says, when it builds
  return packed;
}

/** The quickstart, but for what it shows of compatibility, Envoy and the control plane, which need other packages. */
function copyQuickstart(): void {
  cpSync(join(root, "examples/quickstart"), project, {
    recursive: true,
    filter: (path) =>
      !/quickstart\/(gen|dist|envoy|node_modules|run\.mjs)$|(compatibility|envoy|control-plane)\.ts$/.test(path),
  });
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

/** One .d.ts for each source of a runtime, the generated ones too, and one .js where it is not bundled into others. */
function compiled(folder: Folder): string[] {
  const sources = listFiles(join(root, folder, "src")).filter((path) => path.endsWith(".ts"));
  const { exports, imports } = manifestOf(folder);
  const named = JSON.stringify({ exports, imports }).matchAll(/"\.\/dist\/([^"]*)\.js"/g);
  const entries = new RegExp(`^(${Array.from(named, ([, path]) => path!.replace("*", "[^/]+")).join("|")})\\.ts$`);
  const isScript = (path: string): boolean =>
    !["runtime/protobuf", "runtime/rpc"].includes(folder) || path.startsWith("wkt/") || entries.test(path);
  return [
    ...sources.map((path) => `dist/${path.replace(/\.ts$/, ".d.ts")}`),
    ...sources.filter(isScript).map((path) => `dist/${path.replace(/\.ts$/, ".js")}`),
  ].flatMap((path) => (hasCommonJs(folder) ? [path, path.replace("dist/", "cjs/")] : [path]));
}

/** Whether the package has a CommonJS form beside its ES modules. */
function hasCommonJs(folder: Folder): boolean {
  return manifestOf(folder).main !== undefined;
}

/** The code that the bundles of entry points share. */
const shared = /^(dist|cjs)\/shared\/[0-9a-f]+\.js$|^cjs\/package\.json$/;

function bundled(folder: Folder): string[] {
  const name = basename(folder);
  const protos = name === "protoc-gen-ts" ? ["proto/protoloom/ts/v1/options.proto"] : [];
  return [`bin/${name}`, "dist/THIRD-PARTY-NOTICES.txt", `dist/${name}.js`, ...protos];
}

function pathsOf(folder: Folder): string[] {
  return packed[folder].files.map((file) => file.path).sort();
}

function codeOf(folder: Folder): string[] {
  return pathsOf(folder).filter((path) => /\.(js|ts)$/.test(path));
}

/** A file of a package as it was installed. */
function read(folder: Folder, path: string): string {
  const { name } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
  return readFileSync(join(project, "node_modules", name, path), "utf8");
}

function manifestOf(folder: Folder): Manifest {
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

/** The imports and re-exports of a module. */
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
