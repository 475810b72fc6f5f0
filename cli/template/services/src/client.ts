import { createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { OrderService } from "./gen/shop/v1/order_grpc.js";

const transport = grpcTransport({ address: process.env.ADDRESS ?? "127.0.0.1:50051" });
const orders = createClient(OrderService, transport);

const { id } = await orders.placeOrder({ title: "Dune", count: 2 }, { deadline: 5000 });
console.log(`ordered: ${id}`);
transport.close();
