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
  };
}
