// Makes a call and leaves the transport open: the process must end by itself.
import { createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Orders } from "../../../gen/js/rpc/orders_grpc.js";

const client = createClient(Orders, grpcTransport({ address: `127.0.0.1:${process.argv[2]}` }));
await client.echo({ id: "1" });
await new Promise((resolve) => setTimeout(resolve, 50));
const { id } = await client.echo({ id: "2" }); // an idle connection that is used again keeps the process until the reply
console.log(`answered ${id}`);
