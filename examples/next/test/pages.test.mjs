import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";

/** The shop and the built application, as they run in production. */
const running = [];
let url;

before(async () => {
  const [catalog, port] = [await freePort(), await freePort()];
  const env = { ...process.env, CATALOG: `127.0.0.1:${catalog}` };
  const start = (...command) => {
    const child = spawn("npm", ["run", ...command], { env, stdio: "inherit", detached: true });
    running.push(child);
  };
  start("shop");
  start("start", "--", "--hostname=127.0.0.1", `--port=${port}`);
  url = `http://127.0.0.1:${port}`;
  await until(() => fetch(`${url}/books/978-0441013593`).then(({ status }) => status === 200));
});

after(async () => {
  for (const child of running) {
    const closed = once(child, "close");
    process.kill(-child.pid); // npm's own child, too
    await closed;
  }
});

test("a server component shows what the service has", async () => {
  const html = await (await fetch(`${url}/books/978-0553293357`)).text();
  assert.match(html, /<h1>Foundation<\/h1>/);
  assert.match(html, /<p id="sold">9,007,199,254,740,993<\/p>/);
});

test("a book that is not there is a page that is not there", async () => {
  assert.equal((await fetch(`${url}/books/1`)).status, 404);
});

test("a route hands a stream on", async () => {
  const lines = (await (await fetch(`${url}/api/books?text=Dune`)).text()).trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).title),
    ["Dune", "Dune Messiah"],
  );
});

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

async function until(isSo) {
  for (const end = Date.now() + 60_000; ; await setTimeout(200)) {
    if (await isSo().catch(() => false)) return;
    if (Date.now() > end) throw new Error("the application does not answer");
  }
}
