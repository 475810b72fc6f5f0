import { gzipSync } from "node:zlib";
import { clone, create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { Image } from "./image.js";

const GZIP_OS = 9;
const UNKNOWN_OS = 255;

/** An image to commit: without source info, and the same bytes on every system. */
export function lockImage(image: Image): Uint8Array {
  const file = image.files.map(({ desc }) => {
    const proto = clone(FileDescriptorProtoSchema, desc.proto);
    delete proto.sourceCodeInfo;
    return proto;
  });
  const zipped = gzipSync(toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file })), { level: 9 });
  zipped[GZIP_OS] = UNKNOWN_OS;
  return zipped;
}
