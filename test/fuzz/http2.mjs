/**
 * Fuzzes the HTTP/2 engine: `npm run fuzz:http2 -- [--runs N] [--seed N]`. Each conversation is a recorded one, mutated and cut
 * anew. Whatever comes: nothing is thrown, memory stays within the limits, and the connection lives on or says GOAWAY.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { root } from "../../scripts/run.mjs";
import { Random } from "./random.mjs";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } },
});
const runs = Number(values.runs);
const seed = Number(values.seed);

const options = {
  fields: { maxBytes: 16384, maxFields: 64 },
  windows: { maxStream: 1 << 20, maxGrowth: 1 << 22 },
  maxStreams: 50,
  maxUnread: 1 << 20,
};
const { Connection, clientRole, PREFACE, serverRole } = await engine();

/** The engine without what the package puts on it. */
async function engine() {
  const outfile = join(root, ".cache/fuzz/http2.mjs");
  const exported = [
    'export { Connection } from "./connection.js";',
    'export { PREFACE } from "./frame/frame.js";',
    'export { clientRole } from "./role.js";',
    'export { serverRole } from "./requests.js";',
  ].join("\n");
  const resolveDir = join(root, "runtime/rpc/src/http2");
  await build({ stdin: { contents: exported, resolveDir }, bundle: true, format: "esm", target: "node20", outfile });
  return import(pathToFileURL(outfile).href);
}

/** The most that a connection may send in response to a conversation of a few kilobytes. */
const MOST_SENT = 1 << 20;

const text = (string) => [string.length, ...Buffer.from(string)];
const literal = (name, value) => [0x40, ...text(name), ...text(value)];
const frame = (type, flags, id, payload = []) => {
  const bytes = Buffer.alloc(9 + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(id, 5);
  bytes.set(payload, 9);
  return bytes;
};
const setting = (id, value) => [
  id >>> 8,
  id & 255,
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];
const message = (length) => [0, 0, 0, length >> 8, length & 255, ...new Uint8Array(length)];
const request = [0x83, 0x86, 0x84, ...literal("content-type", "application/grpc"), ...literal("x-id", "7")];

const greeting = [frame(4, 0, 0, [...setting(3, 100), ...setting(4, 1 << 20), ...setting(1, 100)]), frame(4, 1, 0)];
const exchange = (side) =>
  [1, 3, 5, 7, 9].flatMap((id) => [
    frame(1, 4, id, side === "server" ? request : [0x88, ...literal("content-type", "application/grpc")]),
    frame(0, 0, id, message(id * 40)),
    frame(0, 8, id, [3, ...message(5), 0, 0, 0]),
    frame(8, 0, id, [0, 0, 1, 0]),
    frame(8, 0, 0, [0, 0, 1, 0]),
    frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7, id]),
    frame(1, 1, id, [0x40, 1]),
    frame(9, 4, id, [97, 1, 98]),
    frame(3, 0, id, [0, 0, 0, 8]),
    frame(2, 0, id, [0, 0, 0, 0, 1]),
    frame(7, 0, 0, [0, 0, 0, 9, 0, 0, 0, 0]),
  ]);

const started = performance.now();
const heapBefore = process.memoryUsage().heapUsed;
let goaways = 0;
for (let run = 0; run < runs; run++) {
  const random = new Random(seed, run);
  try {
    if (converse(random)) goaways++;
  } catch (e) {
    console.error(`conversation ${run} of seed ${seed}:`, e);
    process.exit(1);
  }
}
const grown = (process.memoryUsage().heapUsed - heapBefore) >> 20;
const seconds = (performance.now() - started) / 1000;
console.log(
  `${runs} conversations in ${seconds.toFixed(0)} s: ${goaways} ended with GOAWAY, ${runs - goaways} lived on; heap +${grown} MB`,
);
if (grown > 100) {
  console.error("memory grows");
  process.exitCode = 1;
}

/** Returns whether the connection ended. */
function converse(random) {
  const side = random.pick(["server", "client"]);
  let sent = 0;
  let closed;
  const handlers = [];
  const events = () => {
    const own = { onFields() {}, onEnd() {}, onReset() {}, onWritable() {}, onTrailersDue() {} };
    own.onData = (_, start, end) => handlers.push(() => connection.taken(own.stream, end - start));
    return own;
  };
  const sink = {
    write(bytes) {
      sent += bytes.length;
      return random.chance(0.05) ? 2 : 0;
    },
    wantsFlush() {},
    pause() {},
    resume() {},
    end() {},
  };
  const connection = new Connection(
    side === "server" ? serverRole : clientRole,
    sink,
    {
      onRequest(stream) {
        const own = events();
        own.stream = stream;
        if (random.chance(0.3)) connection.hold(stream);
        return own;
      },
      onRoom() {},
      onGoaway() {},
      onFault(error) {
        throw error;
      },
      onClose(reason) {
        closed = reason;
      },
    },
    { ...options, now: () => 0 },
  );
  let bytes = Buffer.concat(mutateFrames(random, [...greeting, ...exchange(side)]));
  bytes = mutateBytes(random, bytes);
  if (side === "server") bytes = Buffer.concat([PREFACE, bytes]);
  for (let at = 0; at < bytes.length; ) {
    const next = at + random.between(1, random.chance(0.2) ? 3 : 2000);
    connection.receive(Uint8Array.prototype.slice.call(bytes, at, next));
    at = next;
    act(random, connection, side, events);
    while (handlers.length > 0 && random.chance(0.8)) handlers.shift()();
    connection.flush();
    if (random.chance(0.3)) connection.drained();
  }
  if (sent > MOST_SENT) throw new Error(`sent ${sent} bytes`);
  connection.lost("the end");
  if (connection.openStreams.length > 0) throw new Error("streams are left open");
  return closed !== "the end";
}

/** The application's actions during the conversation. */
function act(random, connection, side, events) {
  if (side === "client" && connection.canOpen && random.chance(0.5)) {
    const own = events();
    connection.encoder.begin();
    connection.encoder.field(":method", "POST");
    own.stream = connection.open(own, false);
  }
  for (const stream of connection.openStreams) {
    const what = random.below(10);
    if (what === 0) connection.reset(stream, 8);
    else if (what <= 2) connection.send(stream, new Uint8Array(random.below(3000)), random.chance(0.3));
    else if (what === 3) connection.end(stream);
  }
  if (random.chance(0.01)) connection.drain();
}

function mutateFrames(random, frames) {
  const mutated = [...frames];
  for (let i = random.below(3); i > 0; i--) {
    const at = random.below(mutated.length);
    const how = random.below(4);
    if (how === 0) mutated.splice(at, 1);
    else if (how === 1) mutated.splice(at, 0, random.pick(frames));
    else if (how === 2)
      mutated[at] = frame(random.below(12), random.below(256), random.below(16), random.bytes(random.below(40)));
    else [mutated[at], mutated[0]] = [mutated[0], mutated[at]];
    if (mutated.length === 0) return frames;
  }
  return mutated;
}

function mutateBytes(random, bytes) {
  const mutated = Buffer.from(bytes);
  for (let i = random.below(3); i > 0; i--) mutated[random.below(mutated.length)] = random.below(256);
  return random.chance(0.1) ? mutated.subarray(0, random.below(mutated.length)) : mutated;
}
