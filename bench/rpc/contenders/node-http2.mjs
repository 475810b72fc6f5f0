import { once } from "node:events";
import http2 from "node:http2";
import { Order, Query } from "../../../test/gen/js/rpc/orders_pb.js";

export const name = "node-http2";

/** gRPC's frames and status by hand on node:http2, without metadata, deadlines and errors. */
export async function serve(message) {
  const item = frame(new Order(message).toBinary());
  const server = http2.createServer();
  server.on("stream", (stream, headers) => {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => {
      const bytes = Buffer.concat(chunks).subarray(5);
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      if (headers[":path"].endsWith("Echo")) stream.end(frame(Order.fromBinary(bytes).toBinary()));
      else write(stream, item, Query.fromBinary(bytes).count);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return /** @type {import("node:net").AddressInfo} */ (server.address()).port;
}

export function dial(port, message) {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  const order = new Order(message);
  return {
    unary: async () => Order.fromBinary((await call(session, "Echo", order.toBinary())).subarray(5)),
    stream: async (count) => {
      const bytes = await call(session, "List", new Query({ count }).toBinary());
      for (let at = 0; at < bytes.length; ) {
        const end = at + 5 + bytes.readUInt32BE(at + 1);
        Order.fromBinary(bytes.subarray(at + 5, end));
        at = end;
      }
    },
  };
}

function call(session, method, bytes) {
  return new Promise((resolve, reject) => {
    const path = `/test.rpc.Orders/${method}`;
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      te: "trailers",
      "content-type": "application/grpc",
    });
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => resolve(Buffer.concat(chunks)));
    stream.on("error", reject);
    stream.end(frame(bytes));
  });
}

function write(stream, item, count) {
  let left = count;
  const some = () => {
    while (left > 0) {
      left--;
      if (!stream.write(item)) return stream.once("drain", some);
    }
    stream.end();
  };
  some();
}

function frame(bytes) {
  const framed = Buffer.allocUnsafe(5 + bytes.length);
  framed[0] = 0;
  framed.writeUInt32BE(bytes.length, 1);
  framed.set(bytes, 5);
  return framed;
}
