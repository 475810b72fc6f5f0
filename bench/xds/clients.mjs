/** State-of-the-world clients of a discovery server. They acknowledge and count responses. */
import http2 from "node:http2";
import { DiscoveryRequest } from "@protoloom/envoy/gen/envoy/service/discovery/v3/discovery_pb";

const TYPE = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
const PATH = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";

/** The changing resource. Every stream subscribes to it. */
export const CHANGING = "cluster-0";

export class Clients {
  #sessions;
  #streams = [];
  #waiting = 0;
  /** @type {(value?: unknown) => void} */
  #done = () => {};

  constructor(port, connections) {
    this.#sessions = Array.from({ length: connections }, () => http2.connect(`http://127.0.0.1:${port}`));
  }

  /** Opens the streams, and waits for the first response on each. */
  async open(count, names) {
    const list = [CHANGING, ...Array.from({ length: names - 1 }, (_, i) => `cluster-${i + 1}`)];
    const first = this.#expect(count);
    for (let i = 0; i < count; i++) this.#streams.push(this.#start(this.#sessions[i % this.#sessions.length], i, list));
    await first;
  }

  /** Resolves once every stream has received one more response. */
  next() {
    return this.#expect(this.#streams.length);
  }

  close() {
    for (const session of this.#sessions) session.destroy();
  }

  #expect(count) {
    this.#waiting = count;
    return new Promise((resolve) => (this.#done = resolve));
  }

  #arrived() {
    if (--this.#waiting === 0) this.#done();
  }

  #start(session, index, resourceNames) {
    const headers = { ":method": "POST", ":path": PATH, "content-type": "application/grpc", te: "trailers" };
    const stream = session.request(headers);
    const base = { typeUrl: TYPE, resourceNames };
    stream.write(frame({ ...base, node: { id: `node-${index}`, cluster: "bench" } }));
    let rest = Buffer.alloc(0);
    stream.on("data", (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
        const end = 5 + rest.readUInt32BE(1);
        stream.write(frame({ ...base, ...acknowledged(rest.subarray(5, end)) }));
        rest = rest.subarray(end);
        this.#arrived();
      }
    });
    return stream;
  }
}

function frame(request) {
  const bytes = new DiscoveryRequest(request).toBinary();
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** Reads version and nonce only, and skips the resources. */
function acknowledged(bytes) {
  const found = { versionInfo: "", responseNonce: "" };
  for (let at = 0; at < bytes.length; ) {
    const no = bytes[at++] >> 3;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      length += (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (no === 1) found.versionInfo = bytes.toString("utf8", at, at + length);
    if (no === 5) found.responseNonce = bytes.toString("utf8", at, at + length);
    at += length;
  }
  return found;
}
