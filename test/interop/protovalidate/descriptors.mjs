/** buf/validate/validate.proto is on npm as generated code alone: protoc gets its descriptor from there. */
import { writeFileSync } from "node:fs";
import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { file_buf_validate_validate } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";

/** Writes a FileDescriptorSet with validate.proto and what it imports, for `protoc --descriptor_set_in`. */
export function writeDescriptors(path) {
  const file = [...withImports(file_buf_validate_validate)].map((desc) => desc.proto);
  writeFileSync(path, toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file })));
}

function withImports(file) {
  return new Set([...file.dependencies.flatMap((dependency) => [...withImports(dependency)]), file]);
}
