import { createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { OrderService } from "./gen/shop/v1/orders_grpc";
import { waitUntilSent } from "./shipping";

const transport = grpcTransport({ address: process.env.ORDERS ?? "127.0.0.1:50051" });
const [, , id = "order-1"] = process.argv;
waitUntilSent(createClient(OrderService, transport), id)
  .then(() => console.log(`${id} is sent`))
  .finally(() => transport.close());
