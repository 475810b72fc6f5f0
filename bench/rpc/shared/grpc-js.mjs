import { Readable } from "node:stream";

/** Both ends on the plain API of grpc-js. */
export function serveWith({ Server, ServerCredentials }, definition, order) {
  const server = new Server();
  server.addService(definition, {
    echo: (call, callback) => callback(null, call.request),
    async list(call) {
      for (let i = 0; i < call.request.count; i++) {
        if (!call.write(order)) await new Promise((resolve) => call.once("drain", resolve));
      }
      call.end();
    },
    async upload(call, callback) {
      let count = 0;
      for await (const _ of call) count++;
      callback(null, { count });
    },
    talk: (call) => call.pipe(call),
  });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (e, port) => (e ? reject(e) : resolve(port)));
  });
}

export function dialWith(client, order, query) {
  return {
    unary: () => new Promise((resolve, reject) => client.echo(order, (e, reply) => (e ? reject(e) : resolve(reply)))),
    async stream(count) {
      for await (const _ of client.list(query(count)));
    },
    async upload(count) {
      await new Promise((resolve, reject) => {
        const call = client.upload((e, reply) => (e ? reject(e) : resolve(reply)));
        Readable.from(repeat(order, count)).pipe(call);
      });
    },
    async talk(count) {
      const call = client.talk();
      Readable.from(repeat(order, count)).pipe(call);
      for await (const _ of call);
    },
  };
}

function* repeat(order, count) {
  for (let i = 0; i < count; i++) yield order;
}
