import { create, createFileRegistry, type DescFile, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { checkRequest, type EditionRange, supportedEditions } from "./check-request.js";
import { type OptionTable, type OptionValues, parseWithOthers } from "./options.js";
import type { OtherOptions } from "./other-options.js";
import { PluginError, refuse } from "./plugin-error.js";
import { sourceFiles } from "./read-request.js";
import { settle } from "./settled-names.js";

/** The input of a plugin. */
export interface Request<T extends OptionTable, X = undefined> {
  /** The files to generate code for, in the order of the request. */
  readonly files: readonly DescFile[];
  /** All files of the request, each after its imports. */
  readonly allFiles: readonly DescFile[];
  readonly options: OptionValues<T>;
  /** The options that the plugin parses itself. */
  readonly others: X | undefined;
  /** The parameter as given, for the head of the generated files. */
  readonly parameter: string;
  readonly proto: CodeGeneratorRequest;
}

export interface GeneratedFile {
  readonly name: string;
  /** The text, or its bytes in UTF-8. */
  readonly content: string | Uint8Array;
}

export interface Plugin<T extends OptionTable, X = undefined> {
  readonly name: string;
  readonly version: string;
  readonly options: T;
  /** Parses options that are not in the table. Without it, such options are errors. */
  readonly parseOthers?: OtherOptions<X> | undefined;
  /** The description of these options for `--help`. */
  readonly aboutOthers?: OptionTable | undefined;
  /** The editions that it generates code for. */
  readonly editions?: EditionRange;
  /** Whether it sees the whole request, including source-retention options in the files to generate. */
  readonly wholeRequest?: boolean;
  /**
   * A pure function of the request. Throws a PluginError for a mistake in the schema before it yields the first file: files
   * leave the plugin one by one and cannot be taken back.
   */
  generate(request: Request<T, X>): Iterable<GeneratedFile>;
}

/**
 * Answers a request with the pieces of a serialized CodeGeneratorResponse. If the schema or an option has errors, the response
 * contains only them.
 */
export function* respond<T extends OptionTable, X>(
  plugin: Plugin<T, X>,
  proto: CodeGeneratorRequest,
): Generator<Uint8Array, void, undefined> {
  const { editions = supportedEditions } = plugin;
  yield toBinary(CodeGeneratorResponseSchema, create(CodeGeneratorResponseSchema, abilitiesOf(editions)));
  try {
    const { values: options, others } = parseWithOthers(plugin.options, proto.parameter, plugin.parseOthers);
    const protoFile = plugin.wholeRequest ? sourceFiles(proto) : proto.protoFile;
    refuse(checkRequest({ fileToGenerate: proto.fileToGenerate, protoFile }, editions));
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: protoFile }));
    const prepare = plugin.wholeRequest ? (file: DescFile): DescFile => file : settle; // such plugins use the names of protobuf-es
    const files = proto.fileToGenerate.map((name) => prepare(registry.getFile(name)!));
    const request = { files, allFiles: [...registry.files], options, others, parameter: proto.parameter, proto };
    for (const file of plugin.generate(request)) yield* serialize(file);
  } catch (e) {
    if (!(e instanceof PluginError)) throw e;
    yield toBinary(CodeGeneratorResponseSchema, create(CodeGeneratorResponseSchema, { error: e.message }));
  }
}

function abilitiesOf({ minimum, maximum }: EditionRange): MessageInitShape<typeof CodeGeneratorResponseSchema> {
  return {
    supportedFeatures: BigInt(
      CodeGeneratorResponse_Feature.PROTO3_OPTIONAL | CodeGeneratorResponse_Feature.SUPPORTS_EDITIONS,
    ),
    minimumEdition: minimum,
    maximumEdition: maximum,
  };
}

// Tags in CodeGeneratorResponse and CodeGeneratorResponse.File: the field's number and the wire type of lengths
const RESPONSE_FILE = (15 << 3) | 2;
const FILE_NAME = (1 << 3) | 2;
const FILE_CONTENT = (15 << 3) | 2;

/** The field `file` of the response. Serializing it with protobuf-es would copy the text repeatedly. */
function serialize({ name, content }: GeneratedFile): [Uint8Array, Uint8Array] {
  const nameBytes = Buffer.from(name);
  const text = typeof content === "string" ? Buffer.from(content) : content;
  const head = [FILE_NAME, ...varint(nameBytes.length), ...nameBytes, FILE_CONTENT, ...varint(text.length)];
  return [Buffer.from([RESPONSE_FILE, ...varint(head.length + text.length), ...head]), text];
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
