import { create, fromBinary, mergeFromBinary } from "@bufbuild/protobuf";
import { assertValidNames } from "@bufbuild/protobuf/codegenv2";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  VersionSchema,
} from "@bufbuild/protobuf/wkt";
import { defineLazily } from "./lazy-property.js";
import { PluginError } from "./plugin-error.js";
import { Records } from "./records.js";
import { exposeSourceInfo, keepSourceInfo } from "./source-info.js";

// Field numbers in CodeGeneratorRequest and FileDescriptorProto
const FILE_TO_GENERATE = 1;
const PARAMETER = 2;
const COMPILER_VERSION = 3;
const PROTO_FILE = 15;
const SOURCE_FILE = 17;
const NAME = 1;
const SOURCE_CODE_INFO = 9;

const serialized = new WeakMap<FileDescriptorProto, Uint8Array>();
const sources = new WeakMap<CodeGeneratorRequest, FileDescriptorProto[]>();

/**
 * Decodes the parts of a request that our plugins use: the names, the parameter, and the files without their SourceCodeInfo,
 * which kit/comments and kit/location read in its serialized form. Throws if the bytes are not a request.
 */
export function readRequest(bytes: Uint8Array): CodeGeneratorRequest {
  const request = create(CodeGeneratorRequestSchema);
  for (const file of readRest(request, bytes))
    if (file.number === PROTO_FILE) request.protoFile.push(readFile(file.value()));
  return request;
}

/**
 * Decodes a whole request, for plugins that see it as a message. Two rarely used parts are decoded on access: SourceCodeInfo,
 * and the files that `source_file_descriptors` repeats with all options.
 */
export function readWholeRequest(bytes: Uint8Array): CodeGeneratorRequest {
  const request = create(CodeGeneratorRequestSchema);
  const files: Uint8Array[] = [];
  for (const file of readRest(request, bytes)) {
    if (file.number === PROTO_FILE) files.push(file.value());
    else if (file.number === SOURCE_FILE) request.sourceFileDescriptors.push(exposed(readFile(file.value())));
  }
  const withOptions = new Map(request.sourceFileDescriptors.map((file) => [file.name, file]));
  const used = files.map((file, i) => {
    const source = withOptions.get(nameOf(file));
    if (source !== undefined) defineLazily(request.protoFile, i, () => checked(exposed(readFile(file))));
    else request.protoFile[i] = exposed(readFile(file));
    return source ?? request.protoFile[i]!;
  });
  sources.set(request, used);
  return request;
}

/** The files of a request, with source-retention options if it has them (plugin.proto, source_file_descriptors). */
export function sourceFiles(request: CodeGeneratorRequest): FileDescriptorProto[] {
  const known = sources.get(request);
  if (known !== undefined) return known;
  const withOptions = new Map(request.sourceFileDescriptors.map((file) => [file.name, file]));
  return request.protoFile.map((file) => withOptions.get(checked(file).name) ?? file);
}

/** Checks the names of a file outside the registry, since plugins may print them too. The registry checks the others. */
function checked(file: FileDescriptorProto): FileDescriptorProto {
  try {
    assertValidNames(file);
  } catch (e) {
    throw new PluginError((e as Error).message);
  }
  return file;
}

/** Reads all fields except the files, and stops at each file. */
function* readRest(request: CodeGeneratorRequest, bytes: Uint8Array): Generator<Records, void, undefined> {
  const record = new Records(bytes);
  while (record.next()) {
    if (record.number === FILE_TO_GENERATE) request.fileToGenerate.push(record.text());
    else if (record.number === PARAMETER) request.parameter = record.text();
    else if (record.number === COMPILER_VERSION) request.compilerVersion = fromBinary(VersionSchema, record.value());
    else yield record;
  }
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

function exposed(file: FileDescriptorProto): FileDescriptorProto {
  exposeSourceInfo(file);
  return file;
}

function nameOf(file: Uint8Array): string {
  const record = new Records(file);
  while (record.next()) if (record.number === NAME) return record.text();
  return "";
}

/** The bytes of a file in the request, including its SourceCodeInfo. */
export function serializedFile(file: FileDescriptorProto): Uint8Array | undefined {
  return serialized.get(file);
}
