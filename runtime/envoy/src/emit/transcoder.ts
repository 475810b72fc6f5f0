import { type DescFile, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { FileDescriptorProto, FileDescriptorSet } from "@protoloom/protobuf/wkt";
import { GrpcJsonTranscoder } from "../gen/envoy/extensions/filters/http/grpc_json_transcoder/v3/transcoder_pb.js";
import { file_google_rpc_error_details } from "../gen/google/rpc/error_details_pb.js";
import { file_google_rpc_status } from "../gen/google/rpc/status_pb.js";
import type { Listener, Model } from "../model/model.js";

/** REST for the services that have rules, with all files that Envoy must know for it in the configuration itself. */
export function emitTranscoder({ services }: Listener, { files }: Model): GrpcJsonTranscoder {
  const withRules = services.filter(({ methods }) => methods.some(({ bindings }) => bindings.length > 0));
  return new GrpcJsonTranscoder({
    descriptorSet: { case: "protoDescriptorBin", value: descriptorSet(files) },
    services: withRules.map(({ name }) => name),
    convertGrpcStatus: true,
    printOptions: { alwaysPrintPrimitiveFields: true },
  });
}

/** Each file after its imports, without comments; those of errors and their details as well, which no service imports. */
function descriptorSet(files: readonly DescFile[]): Uint8Array {
  const found = new Map<string, DescFile>();
  const add = (file: DescFile): void => {
    if (found.has(file.proto.name)) return;
    file.dependencies.forEach(add);
    found.set(file.proto.name, file);
  };
  [...files, file_google_rpc_status, file_google_rpc_error_details].forEach(add);
  const file = [...found.values()].map(({ proto }) => {
    const copy = FileDescriptorProto.fromBinary(toBinary(FileDescriptorProtoSchema, proto));
    copy.sourceCodeInfo = undefined;
    return copy;
  });
  return new FileDescriptorSet({ file }).toBinary();
}
