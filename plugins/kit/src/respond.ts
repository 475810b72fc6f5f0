import { create, createFileRegistry, type DescFile, toBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { checkRequest, maximumEdition, minimumEdition } from "./check-request.js";
import { type OptionTable, type OptionValues, parseOptions } from "./options.js";
import { PluginError, refuse } from "./plugin-error.js";
import { settle } from "./settled-names.js";

/** What a plugin is given. */
export interface Request<T extends OptionTable> {
  /** The files to generate code for, in the order of the request. */
  readonly files: readonly DescFile[];
  readonly options: OptionValues<T>;
  /** The parameter as it was given, for the head of the generated files. */
  readonly parameter: string;
}

export interface GeneratedFile {
  readonly name: string;
  /** The text, or its bytes in UTF-8. */
  readonly content: string | Uint8Array;
}

export interface Plugin<T extends OptionTable> {
  readonly name: string;
  readonly version: string;
  readonly options: T;
  /**
   * A function of the request alone: same request, same files. Throws PluginError for what is wrong with the schema,
   * before it yields the first file: files leave the plugin one by one, and cannot be taken back.
   */
  generate(request: Request<T>): Iterable<GeneratedFile>;
}

/**
 * Answers a request with the pieces of a serialized CodeGeneratorResponse. What is wrong with the schema or an option is
 * in the response, and then nothing else is.
 */
export function* respond<T extends OptionTable>(
  plugin: Plugin<T>,
  request: CodeGeneratorRequest,
): Generator<Uint8Array, void, undefined> {
  yield toBinary(CodeGeneratorResponseSchema, create(CodeGeneratorResponseSchema, abilities));
  try {
    const options = parseOptions(plugin.options, request.parameter);
    refuse(checkRequest(request));
    const files = plugin.generate({ files: filesToGenerate(request), options, parameter: request.parameter });
    for (const file of files) yield* serialize(file);
  } catch (e) {
    if (!(e instanceof PluginError)) throw e;
    yield toBinary(CodeGeneratorResponseSchema, create(CodeGeneratorResponseSchema, { error: e.message }));
  }
}

const abilities = {
  supportedFeatures: BigInt(
    CodeGeneratorResponse_Feature.PROTO3_OPTIONAL | CodeGeneratorResponse_Feature.SUPPORTS_EDITIONS,
  ),
  minimumEdition,
  maximumEdition,
};

function filesToGenerate(request: CodeGeneratorRequest): DescFile[] {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: request.protoFile }));
  return request.fileToGenerate.map((name) => settle(registry.getFile(name)!));
}

// Tags in CodeGeneratorResponse and CodeGeneratorResponse.File: the field's number and the wire type of lengths
const RESPONSE_FILE = (15 << 3) | 2;
const FILE_NAME = (1 << 3) | 2;
const FILE_CONTENT = (15 << 3) | 2;

/** The field `file` of the response. As a message of protobuf-es the text would be copied and grown over and over. */
function serialize({ name, content }: GeneratedFile): [Uint8Array, Uint8Array] {
  const nameBytes = Buffer.from(name);
  const text = typeof content === "string" ? Buffer.from(content) : content;
  const head = [FILE_NAME, ...varint(nameBytes.length), ...nameBytes, FILE_CONTENT, ...varint(text.length)];
  return [Buffer.from([RESPONSE_FILE, ...varint(head.length + text.length), ...head]), text];
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
