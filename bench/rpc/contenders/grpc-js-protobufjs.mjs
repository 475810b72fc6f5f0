import { credentials, makeGenericClientConstructor, Server, ServerCredentials } from "@grpc/grpc-js";
import protobufjs from "protobufjs";
import { dialWith, serveWith } from "../shared/grpc-js.mjs";

export const name = "grpc-js + protobufjs";

const root = new protobufjs.Root();
root.resolvePath = (_, target) => (target.startsWith("google/") ? `node_modules/protoc/include/${target}` : target);
root.loadSync("test/protos/rpc/orders.proto");
const Order = root.lookupType("test.rpc.Order");
const Query = root.lookupType("test.rpc.Query");

const method = (path, input, output, requestStream, responseStream) => ({
  path: `/test.rpc.Orders/${path}`,
  requestStream,
  responseStream,
  requestSerialize: (m) => input.encode(m).finish(),
  requestDeserialize: (b) => input.decode(b),
  responseSerialize: (m) => output.encode(m).finish(),
  responseDeserialize: (b) => output.decode(b),
});
const definition = {
  echo: method("Echo", Order, Order, false, false),
  list: method("List", Query, Order, false, true),
  upload: method("Upload", Order, Query, true, false),
  talk: method("Talk", Order, Order, true, true),
};

/** protobufjs has numbers or Long for 64 bits. */
const make = (message) => Order.fromObject({ ...message, price: Number(message.price) });

export const serve = (message) => serveWith({ Server, ServerCredentials }, definition, make(message));

export function dial(port, message) {
  const Client = makeGenericClientConstructor(definition, "Orders");
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  return dialWith(client, make(message), (count) => Query.create({ count }));
}
