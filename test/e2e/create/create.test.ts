/** `npm create protoloom`: every combination of choices as a user has it, from tarballs, with all else from the registry. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { valuesOf } from "../../../cli/src/new/choices.js";
import { freePort, ServerProcess } from "../interop/process.js";
import { isShort, PROVISION_MS, root, runTool } from "../provision.js";
import { packInto, type Tarballs, useTarballs } from "../tarballs.js";

const missing = "install Node with npm";
const base = join(root, ".cache/e2e/create");
let tarballs: Tarballs;

beforeAll(async () => {
  rmSync(base, { recursive: true, force: true });
  mkdirSync(base, { recursive: true });
  tarballs = await packInto(join(base, "tarballs"));
}, PROVISION_MS);

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
      useTarballs(folder, tarballs);
      await run("npm", "install", "--no-audit", "--no-fund", "--loglevel=error");
      await run("npm", "test");
      await run("npm", "run", "check");
      if (compiler === "buf") await run("npm", "run", "lint");
      const proto = join(folder, "proto/shop/v1/order.proto");
      writeFileSync(proto, readFileSync(proto, "utf8").replace("uint32 count", "sint32 count"));
      await expect(run("npm", "run", "check")).rejects.toThrow("1 breaking");
    }, 600_000);

    if (kind !== "services") return; // messages alone serve nothing

    test("serves and calls", async () => {
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
