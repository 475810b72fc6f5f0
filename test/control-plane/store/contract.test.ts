/** The stores that need nothing but this process, by the contract of all, and what LMDB alone promises. */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { LmdbStore, MemoryStore, type Store } from "@protoloom/control-plane";
import { describeStore } from "./contract.js";

const folder = mkdtempSync(join(tmpdir(), "protoloom-store-"));
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const stores: readonly [string, () => Store][] = [
  ["memory", () => new MemoryStore()],
  ["lmdb", () => new LmdbStore(join(folder, "db"))],
];

for (const [name, make] of stores) describeStore(name, make);

describe("lmdb", () => {
  test("a process that is killed loses nothing that it has acknowledged", async () => {
    const script = new URL("./writer.mjs", import.meta.url);
    for (let round = 0; round < 3; round++) {
      const child = fork(script, [join(folder, "killed")], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
      const acknowledged: string[] = [];
      await new Promise<void>((resolve) => {
        child.on("message", (key: string) => {
          acknowledged.push(key);
          if (acknowledged.length === 200) child.kill("SIGKILL");
        });
        child.on("close", () => resolve());
      });
      const store = new LmdbStore(join(folder, "killed"));
      const found = await store.read("");
      await store.close();
      expect(acknowledged.length).toBeGreaterThanOrEqual(200);
      expect(acknowledged.filter((key) => !found.has(key))).toEqual([]);
    }
  }, 60_000);

  test("can be copied while it is in use", async () => {
    const store = new LmdbStore(join(folder, "original"));
    await store.write([{ key: "a", value: bytes("1") }]);
    await store.backup(join(folder, "copy"));
    await store.write([{ key: "b", value: bytes("1") }]);
    const copy = new LmdbStore(join(folder, "copy"));
    expect([...(await copy.read("")).keys()]).toEqual(["a"]);
    await copy.close();
    await store.close();
  });
});
