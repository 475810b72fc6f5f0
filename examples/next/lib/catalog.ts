import { createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { CatalogService } from "../gen/shop/v1/catalog_grpc";

/** One connection for all requests. It is opened for the first call, and again when it is lost. */
const transport = grpcTransport({ address: process.env.CATALOG ?? "127.0.0.1:50051" });

export const catalog = createClient(CatalogService, transport);
