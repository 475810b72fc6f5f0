/** `npm create protoloom`: every combination of choices as a user has it, from tarballs, with all else from the registry. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { valuesOf } from "../../../cli/src/new/choices.js";
import { freePort, ServerProcess } from "../interop/process.js";
import { isShort, PROVISION_MS, root, runTool } from "../provision.js";

const missing = "install Node with npm";
const base = join(root, ".cache/e2e/create");
let tarballs: ReadonlyMap<string, string>;

beforeAll(async () => {
  rmSync(base, { recursive: true, force: true });
  mkdirSync(base, { recursive: true });
  await runTool(process.execPath, ["scripts/pack.mjs", "--into", join(base, "tarballs")], { missing });
  const files = readdirSync(join(base, "tarballs"));
  tarballs = new Map(files.map((file) => [nameOf(file), join(base, "tarballs", file)]));
}, PROVISION_MS);

/** protoloom-rpc-0.1.0.tgz belongs to @protoloom/rpc. */
function nameOf(tarball: string): string {
  const name = tarball.replace(/-\d+\.\d+\.\d+.*$/, "");
  return name.replace(/^protoloom-/, "@protoloom/");
}

const all = valuesOf("kind").flatMap((kind) =>
  valuesOf("compiler").flatMap((compiler) => valuesOf("runner").map((runner) => ({ kind, compiler, runner }))),
);

describe.each(isShort ? all.filter((_, i) => i % 5 === 0) : all)(
  "$kind, $compiler, $runner",
  ({ kind, compiler, runner }) => {
    const name = `${kind}-${compiler}-${runner}`;
    const folder = join(base, name);
    const node = [join(root, "scripts/on-node.mjs"), "newest"]; // a new project does not support the oldest
    const run = (...args: readonly string[]) => runTool(process.execPath, [...node, ...args], { missing, cwd: folder });

    test("installs, tests, and passes its gate", async () => {
      const options = ["--kind", kind, "--compiler", compiler, "--runner", runner];
      await runTool(process.execPath, [join(root, "create/bin/create-protoloom"), name, ...options], {
        missing,
        cwd: base,
      });
      useTarballs(folder);
      await run("npm", "install", "--no-audit", "--no-fund", "--loglevel=error");
      await run("npm", "test");
      await run("npm", "run", "check");
      if (compiler === "buf") await run("npm", "run", "lint");
      const proto = join(folder, "proto/shop/v1/order.proto");
      writeFileSync(proto, readFileSync(proto, "utf8").replace("uint32 count", "sint32 count"));
      await expect(run("npm", "run", "check")).rejects.toThrow("1 breaking");
    }, 600_000);

    (kind === "services" ? test : test.skip)("serves and calls", async () => {
      const port = await freePort();
      const ADDRESS = `127.0.0.1:${port}`;
      const program = (name: string) => join(folder, `dist/src/${name}.js`);
      const serve = ["env", `ADDRESS=${ADDRESS}`, process.execPath, program("server")] as const;
      const server = await ServerProcess.start(() => serve, port);
      try {
        const said = await runTool(process.execPath, [program("client")], { missing, env: { ADDRESS } });
        expect(said).toBe("ordered: order-1\n");
      } finally {
        await server.stop();
      }
    });
  },
);

/** What is not on npm yet is installed from here. */
function useTarballs(folder: string): void {
  const file = join(folder, "package.json");
  const text = readFileSync(file, "utf8");
  const manifest = JSON.parse(text) as Record<"dependencies" | "devDependencies", Record<string, string>>;
  for (const list of [manifest.dependencies, manifest.devDependencies])
    for (const each of Object.keys(list)) if (tarballs.has(each)) list[each] = `file:${tarballs.get(each)}`;
  writeFileSync(file, JSON.stringify(manifest));
}
