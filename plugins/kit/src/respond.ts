import { create, createFileRegistry, type DescFile } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  type CodeGeneratorResponse,
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponse_FileSchema,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { checkRequest, maximumEdition, minimumEdition } from "./check-request.js";
import { type OptionTable, type OptionValues, parseOptions } from "./options.js";
import { PluginError, refuse } from "./plugin-error.js";

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
  readonly content: string;
}

export interface Plugin<T extends OptionTable> {
  readonly name: string;
  readonly version: string;
  readonly options: T;
  /** A function of the request alone: same request, same files. Throws PluginError for what is wrong with the schema. */
  generate(request: Request<T>): GeneratedFile[];
}

/** Answers a request. What is wrong with the schema or an option is in the response, and then nothing else is. */
export function respond<T extends OptionTable>(
  plugin: Plugin<T>,
  request: CodeGeneratorRequest,
): CodeGeneratorResponse {
  const response = create(CodeGeneratorResponseSchema, {
    supportedFeatures: BigInt(
      CodeGeneratorResponse_Feature.PROTO3_OPTIONAL | CodeGeneratorResponse_Feature.SUPPORTS_EDITIONS,
    ),
    minimumEdition,
    maximumEdition,
  });
  try {
    const options = parseOptions(plugin.options, request.parameter);
    refuse(checkRequest(request));
    const files = plugin.generate({ files: filesToGenerate(request), options, parameter: request.parameter });
    response.file = files.map(({ name, content }) => create(CodeGeneratorResponse_FileSchema, { name, content }));
  } catch (e) {
    if (!(e instanceof PluginError)) throw e;
    response.error = e.message;
  }
  return response;
}

function filesToGenerate(request: CodeGeneratorRequest): DescFile[] {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: request.protoFile }));
  return request.fileToGenerate.map((name) => registry.getFile(name)!);
}
