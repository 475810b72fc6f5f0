import type { Chosen } from "./choices.js";

/** The files of a new project: their texts, or where to copy them from within the folder `template`. */
export interface ProjectFiles {
  readonly texts: Readonly<Record<string, string>>;
  readonly copies: Readonly<Record<string, string>>;
}

/** The versions that a new project begins with. A test compares them with those that we test with. */
export const versions = {
  "@bufbuild/buf": "1.74.0",
  "@bufbuild/protobuf": "2.17.0",
  "@jest/globals": "30.5.2",
  "@types/node": "22.20.7",
  jest: "30.5.2",
  protoc: "36.2.0",
  typescript: "7.0.2",
  vitest: "5.1.2",
} as const;

type Package = keyof typeof versions;

/** Plans the files of a project with this name. `own` is the version of our packages. */
export function projectFiles(name: string, own: string, chosen: Chosen): ProjectFiles {
  const { kind, compiler, runner } = chosen;
  const test = runner === "node" ? "test-assert.ts" : "test-expect.ts";
  return {
    texts: {
      "package.json": `${JSON.stringify(manifestOf(name, own, chosen), undefined, 2)}\n`,
      "README.md": readmeOf(name, chosen),
      ...(compiler === "buf" && { "buf.gen.yaml": generationOf(chosen) }),
    },
    copies: {
      ".gitignore": "common/_gitignore",
      "tsconfig.json": "common/tsconfig.json",
      ...(compiler === "buf" && { "buf.yaml": "common/buf.yaml" }),
      ...Object.fromEntries(sources[kind].map((file) => [file, `${kind}/${file}`])),
      "test/order.test.ts": `${kind}/${test}`,
    },
  };
}

const sources = {
  messages: ["compat.lock", "proto/shop/v1/order.proto", "src/index.ts"],
  services: ["compat.lock", "proto/shop/v1/order.proto", "src/client.ts", "src/orders.ts", "src/server.ts"],
} as const;

/** The module that the tests import `test` from, for `RUNNER` in a template. */
export const runnerModules = { node: "node:test", vitest: "vitest", jest: "@jest/globals" } as const;

const testCommands = {
  node: "node --test dist/test/*.test.js",
  vitest: "vitest run",
  jest: "node --experimental-vm-modules node_modules/jest/bin/jest.js",
} as const;

function manifestOf(name: string, own: string, { kind, compiler, runner }: Chosen): object {
  const isServices = kind === "services";
  const ours = ["@protoloom/protobuf", ...(isServices ? ["@protoloom/rpc"] : [])];
  const plugins = ["@protoloom/protoc-gen-ts", ...(isServices ? ["@protoloom/protoc-gen-ts-grpc"] : []), "protoloom"];
  const tools: Package[] = [
    compiler === "buf" ? "@bufbuild/buf" : "protoc",
    "@types/node",
    "typescript",
    ...({ node: [], vitest: ["vitest"], jest: ["@jest/globals", "jest"] } as const)[runner],
  ];
  const range = (each: Package): [string, string] => [each, `^${versions[each]}`];
  return {
    name,
    version: "0.1.0",
    private: true,
    type: "module",
    engines: { node: ">=22" },
    ...(!isServices && { exports: "./dist/src/index.js" }),
    scripts: {
      generate: compiler === "buf" ? "protoloom generate" : "protoloom generate proto -I proto --out src/gen",
      build: "npm run generate && tsc",
      test: `npm run build && ${testCommands[runner]}`,
      check: "protoloom check proto --against compat.lock",
      accept: "protoloom check proto --update",
      ...(compiler === "buf" && { lint: "buf lint" }),
      ...(isServices && { start: "node dist/src/server.js", call: "node dist/src/client.js" }),
    },
    dependencies: sorted([range("@bufbuild/protobuf"), ...ours.map((each): [string, string] => [each, `^${own}`])]),
    devDependencies: sorted([...plugins.map((each): [string, string] => [each, `^${own}`]), ...tools.map(range)]),
    ...(runner === "jest" && { jest: { testMatch: ["<rootDir>/dist/test/**/*.test.js"], transform: {} } }),
  };
}

function sorted(entries: readonly [string, string][]): Record<string, string> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function generationOf({ kind }: Chosen): string {
  const plugins = ["protoc-gen-ts", ...(kind === "services" ? ["protoc-gen-ts-grpc"] : [])];
  const lines = plugins.map((plugin) => `  - local: ${plugin}\n    out: src/gen\n`);
  return `version: v2\nclean: true\nplugins:\n${lines.join("")}`;
}

function readmeOf(name: string, { kind, compiler }: Chosen): string {
  const rows = [
    ["npm test", "generates code from `proto`, compiles it and runs the tests"],
    ["npm run check", "fails if a change of `proto` breaks what the last version has written or reads"],
    ["npm run accept", "makes the protos as they are the version that changes are checked against, in `compat.lock`"],
    ...(compiler === "buf" ? [["npm run lint", "checks the style of the protos"]] : []),
    ...(kind === "services"
      ? [
          ["npm start", "starts the server; `ADDRESS` says where, by default `127.0.0.1:50051`"],
          ["npm run call", "calls it"],
        ]
      : []),
  ];
  const table = rows.map(([command, about]) => `| \`${command}\` | ${about} |`).join("\n");
  return `# ${name}\n\n| command | what it does |\n|---|---|\n${table}\n\nGenerated code is in \`src/gen\`, and is not committed.\n`;
}
