import { registerWith } from "@protoloom/control-plane";
import { Code, createServer, StatusError } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { createHealth, Health } from "@protoloom/rpc/health";
import { OrderService } from "./gen/shop/v1/orders_grpc.js";

const { VERSION = "v1", LISTEN = "127.0.0.1:0", CONTROL_PLANE = "127.0.0.1:18000" } = process.env;

let orders = 0;
const server = createServer()
  .add(OrderService, {
    placeOrder({ title }) {
      if (title === "") throw new StatusError(Code.InvalidArgument, "an order has a title");
      return { id: `${VERSION}-${++orders}`, version: VERSION };
    },
  })
  .add(Health, createHealth());

const port = await server.listen(LISTEN);
const transport = grpcTransport({ address: CONTROL_PLANE });
// No host: the control plane takes the address that it sees.
const registration = registerWith(transport, server, {
  port,
  version: VERSION,
  onError: (error) => console.error(String(error)), // it is tried again
});
await registration.ready;
console.log(`${VERSION} is registered`);

// Clients are told first, running calls finish, then the process ends.
process.once("SIGTERM", async () => {
  await registration.close({ grace: 5000 });
  transport.close();
});
