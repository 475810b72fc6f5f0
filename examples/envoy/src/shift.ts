import { RegistryService } from "@protoloom/control-plane/registry/v1/registry_grpc";
import { createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { OrderService } from "./gen/shop/v1/orders_grpc.js";

/** `npm run shift -- 10`: version v2 gets ten calls of a hundred. */
const share = Number(process.argv[2]);
if (!Number.isInteger(share) || share < 0 || share > 100) throw new Error("expected a share from 0 to 100");
const transport = grpcTransport({ address: process.env.CONTROL_PLANE ?? "127.0.0.1:18000" });
const split = [
  { version: "v1", weight: 100 - share },
  { version: "v2", weight: share },
];
await createClient(RegistryService, transport).setPolicy({ policy: { service: OrderService.typeName, split } });
console.log(`v2 gets ${share} %`);
transport.close();
