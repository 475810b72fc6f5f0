/** Writes without an end, and says what was acknowledged, until it is killed. */
import { LmdbStore } from "@protoloom/control-plane";

const store = new LmdbStore(process.argv[2]);
const run = `${Date.now()}`;
for (let i = 0; ; i++) {
  const keys = Array.from({ length: 8 }, (_, j) => `${run}/${i}/${j}`);
  await Promise.all(
    keys.map(async (key) => {
      await store.write([{ key, value: new Uint8Array(100) }]);
      process.send(key);
    }),
  );
}
