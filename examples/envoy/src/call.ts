import { createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { OrderService } from "./gen/shop/v1/orders_grpc.js";

/** A hundred calls through Envoy, and who answered them. */
const transport = grpcTransport({ address: process.env.GATEWAY ?? "127.0.0.1:8080" });
const orders = createClient(OrderService, transport);
const answers: Record<string, number> = {};
for (let i = 0; i < 100; i++) {
  const { version } = await orders.placeOrder({ title: "Dune" }, { deadline: 5000 });
  answers[version] = (answers[version] ?? 0) + 1;
}
console.log(JSON.stringify(answers));
transport.close();
