/** Our server of gRPC's test service, in its own process. Prints its port. */
import { createServer } from "@protoloom/rpc";
import { TestService } from "../../gen/js/grpc/testing_grpc.js";

const handlers = { unaryCall: ({ responseSize }) => ({ payload: { body: new Uint8Array(responseSize) } }) };
console.log(await createServer().add(TestService, handlers).listen("127.0.0.1:0"));
