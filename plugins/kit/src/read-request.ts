import { create, mergeFromBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { Records } from "./records.js";
import { keepSourceInfo } from "./source-info.js";

// Field numbers in CodeGeneratorRequest and FileDescriptorProto
const FILE_TO_GENERATE = 1;
const PARAMETER = 2;
const PROTO_FILE = 15;
const SOURCE_CODE_INFO = 9;

const serialized = new WeakMap<FileDescriptorProto, Uint8Array>();

/**
 * Decodes what plugins use of a request: the names, the parameter, and the files without their SourceCodeInfo, which
 * kit/comments and kit/location read where it stands. Throws for what is no request.
 */
export function readRequest(bytes: Uint8Array): CodeGeneratorRequest {
  const request = create(CodeGeneratorRequestSchema);
  const record = new Records(bytes);
  while (record.next()) {
    if (record.number === FILE_TO_GENERATE) request.fileToGenerate.push(record.text());
    else if (record.number === PARAMETER) request.parameter = record.text();
    else if (record.number === PROTO_FILE) request.protoFile.push(readFile(record.value()));
  }
  return request;
}

function readFile(bytes: Uint8Array): FileDescriptorProto {
  const file = create(FileDescriptorProtoSchema);
  const record = new Records(bytes);
  let from = 0;
  while (record.next()) {
    if (record.number !== SOURCE_CODE_INFO) continue;
    mergeFromBinary(FileDescriptorProtoSchema, file, bytes.subarray(from, record.from));
    keepSourceInfo(file, record.value());
    from = record.end;
  }
  mergeFromBinary(FileDescriptorProtoSchema, file, bytes.subarray(from));
  serialized.set(file, bytes);
  return file;
}

/** The bytes of a file in the request, its SourceCodeInfo among them. */
export function serializedFile(file: FileDescriptorProto): Uint8Array | undefined {
  return serialized.get(file);
}
