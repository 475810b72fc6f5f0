/** The contract of every store. */
import { afterEach, describe, expect, test } from "@jest/globals";
import { MAX_CHANGES, type Store } from "@protoloom/control-plane";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (entries: ReadonlyMap<string, Uint8Array>) =>
  Object.fromEntries([...entries].map(([key, value]) => [key, new TextDecoder().decode(value)]));

/** The cases. `make` opens a store that is empty at the first time in each case. */
export function describeStore(name: string, make: () => Store): void {
  describe(name, () => {
    const ends: (() => unknown)[] = [];
    afterEach(async () => {
      for (const end of ends.splice(0).reverse()) await end();
    });
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

    test("a claimed key is there until the store is closed", async () => {
      const store = make();
      await store.write([{ key: "planes/0", value: bytes("0") }]);
      await store.claim("planes/1", bytes("1"));
      await store.claim("planes/2", bytes("2"));
      await store.write([{ key: "planes/2", value: undefined }]);
      expect(texts(await store.read("planes/"))).toEqual({ "planes/0": "0", "planes/1": "1" });
      await store.close();
      const next = open();
      expect(Object.keys(texts(await next.read("planes/")))).not.toContain("planes/1");
    });

    test("as many changes as one write may have are one write", async () => {
      const store = open();
      let writes = 0;
      store.watch("n/", { onChange: () => writes++, onReset: () => {} });
      await store.write(Array.from({ length: MAX_CHANGES }, (_, i) => ({ key: `n/${i}`, value: bytes("1") })));
      expect((await store.read("n/")).size).toBe(MAX_CHANGES);
      expect(writes).toBe(1);
    });

    test("reads more entries than fit in one page", async () => {
      const store = open();
      for (let page = 0; page < 12; page++) {
        await store.write(Array.from({ length: 100 }, (_, i) => ({ key: `n/${page}/${i}`, value: bytes("1") })));
      }
      expect((await store.read("n/")).size).toBe(1200);
    });
  });
}
