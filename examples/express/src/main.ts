import { createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { createApp } from "./app.js";
import { OrderService } from "./gen/shop/v1/orders_grpc.js";
import { orderServer } from "./order-service.js";

const grpcPort = await orderServer().listen("127.0.0.1:50051");
const orders = createClient(OrderService, grpcTransport({ address: `127.0.0.1:${grpcPort}` }));
createApp(orders).listen(8080, "127.0.0.1", () => console.log("http://127.0.0.1:8080/orders"));
