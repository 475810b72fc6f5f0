/**
 * Thousands of clients of a discovery server in one process, each on a socket of its own. They know as much of HTTP/2 as they need: a
 * client of `node:http2` would take more memory and time than the server that is measured.
 */
import net from "node:net";
import { DeltaDiscoveryRequest, DiscoveryRequest } from "@protoloom/envoy/gen/envoy/service/discovery/v3/discovery_pb";

const SERVICE = "/envoy.service.discovery.v3.AggregatedDiscoveryService/";
const [DATA, SETTINGS, PING] = [0, 4, 6];
const [END_STREAM, ACK] = [1, 1];
const PAYLOAD = 16_384;
/** The most bytes of the end of a message in which its nonce is found. */
const TAIL = 64;

export class RawClient {
  #socket;
  #rest = EMPTY;
  #left = 0;
  #head = EMPTY;
  #tail = EMPTY;
  #onMessage;
  isClosed = false;

  /** Calls `onMessage` with the nonce of each response. */
  constructor(port, method, onMessage) {
    this.#onMessage = onMessage;
    this.#socket = net.connect(port, "127.0.0.1");
    this.#socket.setNoDelay(true);
    this.#socket.on("data", (chunk) => this.#read(chunk));
    this.#socket.on("error", () => {}); // what counts is that it is closed
    this.#socket.on("close", () => {
      this.isClosed = true;
    });
    const window = Buffer.from([0, 4, 0x7f, 0xff, 0xff, 0xff]);
    const update = Buffer.alloc(4);
    update.writeUInt32BE(0x7fffffff - 65_535);
    this.#socket.write(
      Buffer.concat([
        Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        frame(SETTINGS, 0, 0, window),
        frame(8, 0, 0, update),
        frame(1, 4, 1, headers(SERVICE + method)),
      ]),
    );
  }

  /** Sends an encoded request. */
  send(bytes) {
    const message = Buffer.alloc(5 + bytes.length);
    message.writeUInt32BE(bytes.length, 1);
    message.set(bytes, 5);
    for (let at = 0; at < message.length; at += PAYLOAD)
      this.#socket.write(frame(DATA, 0, 1, message.subarray(at, at + PAYLOAD)));
  }

  close() {
    this.#socket.destroy();
  }

  #read(chunk) {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= 9) {
      const end = 9 + bytes.readUIntBE(0, 3);
      if (bytes.length < end) break;
      this.#frame(bytes[3], bytes[4], bytes.subarray(9, end));
      bytes = bytes.subarray(end);
    }
    this.#rest = Buffer.from(bytes);
  }

  #frame(type, flags, payload) {
    if (type === SETTINGS && flags !== ACK) this.#socket.write(frame(SETTINGS, ACK, 0, EMPTY));
    if (type === PING && flags !== ACK) this.#socket.write(frame(PING, ACK, 0, payload));
    if (type === DATA) this.#data(payload);
    if (type === 1 && (flags & END_STREAM) !== 0) this.close();
  }

  /** Keeps the end of a message alone: the nonce is its last field. */
  #data(payload) {
    for (let at = 0; at < payload.length; ) {
      if (this.#left === 0) {
        const missing = 5 - this.#head.length;
        this.#head = Buffer.concat([this.#head, payload.subarray(at, at + missing)]);
        at += missing;
        if (this.#head.length < 5) return;
        this.#left = this.#head.readUInt32BE(1);
        this.#head = EMPTY;
        this.#tail = EMPTY;
        continue;
      }
      const part = payload.subarray(at, at + this.#left);
      at += part.length;
      this.#left -= part.length;
      if (this.#left < TAIL) this.#tail = Buffer.concat([this.#tail, part.subarray(-TAIL)]).subarray(-TAIL);
      if (this.#left === 0) this.#onMessage(nonceOf(this.#tail));
    }
  }
}

const EMPTY = Buffer.alloc(0);

function frame(type, flags, id, payload) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(id, 5);
  return Buffer.concat([head, payload]);
}

/** Literals without an index (RFC 7541, section 6.2.2), and two names of the static table. */
function headers(path) {
  const text = (value) => [value.length, ...Buffer.from(value)];
  return Buffer.from([
    ...[0x83, 0x86, 0x04, ...text(path), 0x01, ...text("localhost")],
    ...[0x0f, 0x10, ...text("application/grpc"), 0x00, ...text("te"), ...text("trailers")],
  ]);
}

/** The field 5 that ends exactly at the end. */
function nonceOf(tail) {
  for (let length = 1; length < tail.length - 1; length++) {
    const at = tail.length - length;
    if (tail[at - 2] === 0x2a && tail[at - 1] === length) return tail.toString("latin1", at);
  }
  throw new Error("a response without a nonce at its end");
}

/** The encoded requests of clients that are alike, but for their node. */
export const request = (fields) => new DiscoveryRequest(fields).toBinary();
export const deltaRequest = (fields) => new DeltaDiscoveryRequest(fields).toBinary();
