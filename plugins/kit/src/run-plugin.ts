import { readFileSync, writeSync } from "node:fs";
import { create, createFileRegistry, type DescFile, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type CodeGeneratorResponse,
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponse_FileSchema,
  CodeGeneratorResponseSchema,
  Edition,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { describe, type OptionTable, type OptionValues, parseOptions } from "./options.js";
import { PluginError } from "./plugin-error.js";

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

const minimumEdition = Edition.EDITION_PROTO2;
const maximumEdition = Edition.EDITION_2024;

/**
 * Runs a plugin as protoc and buf expect it: a CodeGeneratorRequest on standard input, the response on standard output.
 * What is wrong with the schema or an option is in the response; exit code 1 means that there was no request to answer.
 */
export function runPlugin<T extends OptionTable>(plugin: Plugin<T>): void {
  if (process.argv.length > 2) return showHelp(plugin);
  try {
    writeOut(toBinary(CodeGeneratorResponseSchema, respond(plugin, readRequest(plugin))));
  } catch (e) {
    process.stderr.write(`${plugin.name}: ${e instanceof PluginError ? e.message : (e as Error).stack}\n`);
    process.exitCode = 1;
  }
}

function showHelp<T extends OptionTable>(plugin: Plugin<T>): void {
  const short = plugin.name.replace("protoc-gen-", "");
  const asked = process.argv[2] ?? "";
  if (asked === "--version" || asked === "-v") return void process.stdout.write(`${plugin.version}\n`);
  const isHelp = asked === "--help" || asked === "-h";
  if (!isHelp) process.exitCode = 1;
  (isHelp ? process.stdout : process.stderr).write(
    `${isHelp ? "" : `unexpected argument "${asked}"\n\n`}${plugin.name} ${plugin.version}: a plugin for protoc and buf, which they start.\n\n` +
      `  protoc --${short}_out=gen --${short}_opt=OPTION=VALUE x.proto\n\nOptions:\n${describe(plugin.options)}\n`,
  );
}

function readRequest<T extends OptionTable>(plugin: Plugin<T>): CodeGeneratorRequest {
  if (process.stdin.isTTY) throw new PluginError("expected a CodeGeneratorRequest on standard input; see --help");
  const bytes = readFileSync(0);
  if (bytes.length === 0) {
    throw new PluginError("expected a CodeGeneratorRequest on standard input, got nothing; protoc and buf start this program");
  }
  try {
    return fromBinary(CodeGeneratorRequestSchema, bytes);
  } catch (e) {
    throw new PluginError(
      `expected a CodeGeneratorRequest on standard input, got ${bytes.length} bytes that do not parse as one: ` +
        `${(e as Error).message}. ${plugin.name} is started by protoc and buf`,
    );
  }
}

function respond<T extends OptionTable>(plugin: Plugin<T>, request: CodeGeneratorRequest): CodeGeneratorResponse {
  const response = create(CodeGeneratorResponseSchema, {
    supportedFeatures: BigInt(
      CodeGeneratorResponse_Feature.PROTO3_OPTIONAL | CodeGeneratorResponse_Feature.SUPPORTS_EDITIONS,
    ),
    minimumEdition,
    maximumEdition,
  });
  try {
    const options = parseOptions(plugin.options, request.parameter);
    const files = plugin.generate({ files: filesToGenerate(request), options, parameter: request.parameter });
    response.file = files.map(({ name, content }) => create(CodeGeneratorResponse_FileSchema, { name, content }));
  } catch (e) {
    if (!(e instanceof PluginError)) throw e;
    response.error = e.message;
  }
  return response;
}

function filesToGenerate(request: CodeGeneratorRequest): DescFile[] {
  if (request.fileToGenerate.length === 0) throw new PluginError("the request names no file to generate");
  for (const file of request.protoFile) {
    if (file.edition > maximumEdition && file.edition < Edition.EDITION_MAX) {
      const edition = Edition[file.edition]?.replace("EDITION_", "") ?? file.edition;
      throw new PluginError(`${file.name}: edition ${edition} is not supported, the latest that is is 2024`);
    }
  }
  const registry = buildRegistry(request);
  return request.fileToGenerate.map((name) => {
    const file = registry.getFile(name);
    if (file === undefined) throw new PluginError(`${name}: to be generated, but not among the files of the request`);
    return file;
  });
}

/** Resolves the descriptors. What does not resolve is the fault of whoever made the request. */
function buildRegistry(request: CodeGeneratorRequest): ReturnType<typeof createFileRegistry> {
  try {
    return createFileRegistry(create(FileDescriptorSetSchema, { file: request.protoFile }));
  } catch (e) {
    throw new PluginError((e as Error).message);
  }
}

function writeOut(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== "EAGAIN") throw e; // a full pipe that does not block
    }
  }
}
