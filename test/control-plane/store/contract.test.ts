/** The contract of every store. */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { LmdbStore, MemoryStore, type Store } from "@protoloom/control-plane";

const folder = mkdtempSync(join(tmpdir(), "protoloom-store-"));
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  rmSync(folder, { recursive: true, force: true });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (entries: ReadonlyMap<string, Uint8Array>) =>
  Object.fromEntries([...entries].map(([key, value]) => [key, new TextDecoder().decode(value)]));

const stores: readonly [string, () => Store][] = [
  ["memory", () => new MemoryStore()],
  ["lmdb", () => new LmdbStore(join(folder, "db"))],
];

describe.each(stores)("%s", (_, make) => {
  const open = (): Store => {
    const store = make();
    ends.push(() => store.close());
    return store;
  };

  test("reads what was written, by prefix and in order", async () => {
    const store = open();
    await store.write([
      { key: "b/2", value: bytes("2") },
      { key: "a/1", value: bytes("1") },
      { key: "b/1", value: bytes("1") },
      { key: "b", value: bytes("no") },
      { key: "c/1", value: bytes("no") },
    ]);
    const found = await store.read("b/");
    expect([...found.keys()]).toEqual(["b/1", "b/2"]);
    expect(texts(found)).toEqual({ "b/1": "1", "b/2": "2" });
    expect((await store.read("")).size).toBe(5);
  });

  test("replaces and removes; removing what is not there is no error", async () => {
    const store = open();
    await store.write([{ key: "a", value: bytes("1") }]);
    await store.write([
      { key: "a", value: bytes("2") },
      { key: "x", value: undefined },
    ]);
    expect(texts(await store.read("a"))).toEqual({ a: "2" });
    await store.write([{ key: "a", value: undefined }]);
    expect((await store.read("a")).size).toBe(0);
  });

  test("tells who watches of each write, once and in order, of its prefix alone", async () => {
    const store = open();
    const seen: string[] = [];
    const stop = store.watch("a/", {
      onChange: (changes) =>
        seen.push(changes.map(({ key, value }) => `${key}${value === undefined ? "-" : "+"}`).join()),
      onReset: () => seen.push("reset"),
    });
    await store.write([
      { key: "a/1", value: bytes("1") },
      { key: "b/1", value: bytes("1") },
    ]);
    await store.write([{ key: "b/2", value: bytes("1") }]);
    await store.write([
      { key: "a/2", value: bytes("1") },
      { key: "a/1", value: undefined },
    ]);
    stop();
    await store.write([{ key: "a/3", value: bytes("1") }]);
    expect(seen).toEqual(["a/1+", "a/2+,a/1-"]);
  });

  test("keeps many writes at once apart", async () => {
    const store = open();
    await Promise.all(Array.from({ length: 500 }, (_, i) => store.write([{ key: `n/${i}`, value: bytes(`${i}`) }])));
    const found = texts(await store.read("n/"));
    expect(Object.keys(found)).toHaveLength(500);
    expect(Object.entries(found).every(([key, value]) => key === `n/${value}`)).toBe(true);
  });

  test("values are bytes, and belong to who has read them", async () => {
    const store = open();
    const value = new Uint8Array([0, 255, 10, 0]);
    await store.write([
      { key: "a", value },
      { key: "empty", value: new Uint8Array(0) },
    ]);
    (await store.read("a")).get("a");
    expect((await store.read("a")).get("a")).toEqual(value);
    expect((await store.read("empty")).get("empty")).toEqual(new Uint8Array(0));
  });
});

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
