/** Calls a service by `xds:` with @grpc/grpc-js, until its input ends: prints who answered, or "!" and what failed. */
import { credentials, makeGenericClientConstructor } from "@grpc/grpc-js";
import { register } from "@grpc/grpc-js-xds";

register();
const bytes = (value) => value;
const Client = makeGenericClientConstructor(
  {
    echo: {
      path: "/test.rpc.Orders/Echo",
      requestStream: false,
      responseStream: false,
      requestSerialize: bytes,
      responseDeserialize: bytes,
    },
  },
  "test.rpc.Orders",
);
const client = new Client("xds:///test.rpc.Orders", credentials.createInsecure());
let isOver = false;
process.stdin.on("end", () => (isOver = true)).resume();
while (!isOver) {
  await new Promise((resolve) => {
    client.echo(Buffer.alloc(0), { deadline: Date.now() + 20_000 }, (error, reply) => {
      // Order.author is field 2: its tag, its length and its text
      process.stdout.write(error ? `!${error.message}\n` : `${reply.subarray(2).toString()}\n`);
      resolve();
    });
  });
}
process.exit();
