/** `node writer.mjs FOLDER COUNT`: that many writes to LMDB, one after the other. */
import { LmdbStore } from "@protoloom/control-plane";

const [folder, count] = process.argv.slice(2);
const store = new LmdbStore(folder);
for (let i = 0; i < Number(count); i++) await store.write([{ key: `k${i}`, value: new Uint8Array(100) }]);
await store.close();
