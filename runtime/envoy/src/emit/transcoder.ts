import { type DescFile, type DescService, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { FileDescriptorProto, FileDescriptorSet } from "@protoloom/protobuf/wkt";
import { GrpcJsonTranscoder } from "../gen/envoy/extensions/filters/http/grpc_json_transcoder/v3/transcoder_pb.js";
import { file_google_rpc_error_details } from "../gen/google/rpc/error_details_pb.js";
import { file_google_rpc_status } from "../gen/google/rpc/status_pb.js";
import type { Port } from "../model/port.js";

/** REST for services with HTTP rules. The configuration contains all descriptors that Envoy needs. */
export function emitTranscoder(port: Port): GrpcJsonTranscoder {
  const services = [...new Set(port.filter(({ transcoding }) => transcoding.value).flatMap((each) => each.services))];
  const { unknownParameters, maxBody, stream } = port[0].rest;
  const withRules = services.filter(({ methods }) => methods.some(({ bindings }) => bindings.length > 0));
  return new GrpcJsonTranscoder({
    descriptorSet: { case: "protoDescriptorBin", value: descriptorSet(withRules.map(({ desc }) => desc)) },
    services: withRules.map(({ name }) => name),
    convertGrpcStatus: true,
    ignoreUnknownQueryParameters: unknownParameters.value === "ignore",
    requestValidationOptions: unknownParameters.value === "reject" ? { rejectUnknownQueryParameters: true } : undefined,
    // it buffers whole bodies, which need not fit into the connection buffers
    maxRequestBodySize: maxBody.value,
    maxResponseBodySize: maxBody.value,
    printOptions: {
      alwaysPrintPrimitiveFields: true,
      streamNewlineDelimited: stream.value === "newline",
      streamSseStyleDelimited: stream.value === "sse",
    },
  });
}

/**
 * The files of the services and their imports, in import order, without comments and other services. Files of errors and error
 * details are added, since no service imports them. Nothing else is included: any change drains the listener.
 */
function descriptorSet(services: readonly DescService[]): Uint8Array {
  const found = new Map<string, DescFile>();
  const add = (file: DescFile): void => {
    if (found.has(file.proto.name)) return;
    file.dependencies.forEach(add);
    found.set(file.proto.name, file);
  };
  [...services.map(({ file }) => file), file_google_rpc_status, file_google_rpc_error_details].forEach(add);
  const served = new Set(services.map(({ proto }) => proto.name));
  const homes = new Set(services.map(({ file }) => file));
  const file = [...found.values()].map((desc) => {
    const copy = FileDescriptorProto.fromBinary(toBinary(FileDescriptorProtoSchema, desc.proto));
    copy.sourceCodeInfo = undefined;
    copy.service = homes.has(desc) ? copy.service.filter(({ name = "" }) => served.has(name)) : [];
    return copy;
  });
  return new FileDescriptorSet({ file }).toBinary();
}
