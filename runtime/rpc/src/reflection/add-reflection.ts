import type { DescFile } from "@bufbuild/protobuf";
import { ServerReflection } from "../gen/grpc/reflection/v1/reflection_grpc.js";
import { file_grpc_reflection_v1_reflection } from "../gen/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionAlpha } from "../gen/grpc/reflection/v1alpha/reflection_grpc.js";
import { file_grpc_reflection_v1alpha_reflection } from "../gen/grpc/reflection/v1alpha/reflection_pb.js";
import { file_health_v1_health } from "../gen/health/v1/health_pb.js";
import type { Server } from "../server/server.js";
import { type Answer, answer, type Question } from "./answer.js";
import { DescriptorIndex } from "./descriptor-index.js";

/**
 * Lets tools such as grpcurl discover a server's services, through grpc.reflection.v1 and v1alpha. `files` are the file
 * descriptors of its services, such as `file_order` from `order_pb`; their imports are included, and those of health and
 * reflection. A service that none of them describes is not listed.
 *
 * @example
 * addReflection(createServer().add(OrderService, handlers), [file_order]);
 */
export function addReflection(server: Server, files: readonly DescFile[]): Server {
  const index = new DescriptorIndex([
    ...files,
    file_health_v1_health,
    file_grpc_reflection_v1_reflection,
    file_grpc_reflection_v1alpha_reflection,
  ]);
  const serverReflectionInfo = async function* (
    requests: AsyncIterable<{ readonly host: string; readonly messageRequest: Question }>,
  ): AsyncGenerator<Answer & { readonly validHost: string }> {
    for await (const request of requests)
      yield { validHost: request.host, ...answer(server, index, request.messageRequest) };
  };
  return server.add(ServerReflection, { serverReflectionInfo }).add(ServerReflectionAlpha, { serverReflectionInfo });
}
