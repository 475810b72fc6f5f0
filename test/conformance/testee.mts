/**
 * The program under test: answers the requests of the official conformance runner with generated code.
 *
 * `run.mjs` copies this file beside the code generated for a target, type-checks it there, so that it is also the strict
 * consumer of the emitted types, and runs it. Binary and JSON go through the generated classes alone. Text format goes
 * through `@bufbuild/protobuf`, which prints instances of our classes with our schemas.
 */
import { readSync, writeSync } from "node:fs";
import { createRegistry as createTextRegistry, type DescMessage, type Message, toBinary } from "@bufbuild/protobuf";
import { fromText, toText } from "@bufbuild/protobuf/txtpb";
import { createRegistry, type MessageClass, type Registry } from "@protoloom/protobuf";
import * as wkt from "@protoloom/protobuf/wkt";
import {
  ConformanceRequest,
  ConformanceResponse,
  FailureSet,
  TestCategory,
  WireFormat,
} from "./conformance/conformance_pb.js";
import * as edition2023 from "./google/protobuf/test_messages_edition2023_pb.js";
import * as editionsProto2 from "./google/protobuf/test_messages_proto2_editions_pb.js";
import * as proto2 from "./google/protobuf/test_messages_proto2_pb.js";
import * as editionsProto3 from "./google/protobuf/test_messages_proto3_editions_pb.js";
import * as proto3 from "./google/protobuf/test_messages_proto3_pb.js";

/** The part of a generated class that this program uses. */
interface TestedClass extends MessageClass {
  fromBinary(bytes: Uint8Array): MessageInstance;
  fromJsonString(text: string, options: { ignoreUnknownFields: boolean; registry: Registry }): MessageInstance;
}

interface MessageInstance extends Message {
  toBinary(): Uint8Array<ArrayBuffer>;
  toJsonString(options: { registry: Registry }): string;
}

type Result = ConformanceResponse["result"];

const tested: [TestedClass, DescMessage][] = [
  [proto2.TestAllTypesProto2, proto2.TestAllTypesProto2Schema],
  [proto3.TestAllTypesProto3, proto3.TestAllTypesProto3Schema],
  [editionsProto2.TestAllTypesProto2, editionsProto2.TestAllTypesProto2Schema],
  [editionsProto3.TestAllTypesProto3, editionsProto3.TestAllTypesProto3Schema],
  [edition2023.TestAllTypesEdition2023, edition2023.TestAllTypesEdition2023Schema],
];

/** Where ProtoJSON looks up what tests pack into Any, and extensions. */
const registry = createRegistry(
  ...tested.map(([type]) => type),
  wkt.Any,
  wkt.Duration,
  wkt.FieldMask,
  wkt.Int32Value,
  wkt.Struct,
  wkt.Timestamp,
  wkt.Value,
  proto2.extension_int32,
  editionsProto2.extension_int32,
);

/** Where the text format looks them up. */
const textRegistry = createTextRegistry(
  proto2.file_google_protobuf_test_messages_proto2,
  proto3.file_google_protobuf_test_messages_proto3,
  editionsProto2.file_google_protobuf_test_messages_proto2_editions,
  editionsProto3.file_google_protobuf_test_messages_proto3_editions,
  edition2023.file_google_protobuf_test_messages_edition2023,
);

const messages = new Map(tested.map(([type, schema]) => [schema.typeName, { type, schema }]));

while (answerNext()) {
  // One request at a time, until the runner closes the pipe.
}

/** Every message on the pipes is preceded by its length, as a 32-bit little-endian integer. */
function answerNext(): boolean {
  const length = readBytes(4);
  if (!length) return false;
  const bytes = readBytes(length.readUInt32LE());
  if (!bytes) throw new Error("the runner closed the pipe inside a request");

  const result = answer(ConformanceRequest.fromBinary(bytes));
  const response = new ConformanceResponse({ result }).toBinary();
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32LE(response.length);
  writeBytes(Buffer.concat([prefix, response]));
  return true;
}

function answer(request: ConformanceRequest): Result {
  // The first request of all: which tests this program expects to fail.
  if (request.messageType === "conformance.FailureSet") {
    return { case: "protobufPayload", value: new FailureSet().toBinary() };
  }
  const entry = messages.get(request.messageType);
  if (!entry) return { case: "skipped", value: `unknown message type ${request.messageType}` };

  let message: MessageInstance | undefined;
  try {
    message = parse(request, entry.type, entry.schema);
  } catch (error) {
    return { case: "parseError", value: String(error) };
  }
  if (!message) return { case: "skipped", value: `unsupported payload ${request.payload.case}` };
  try {
    return serialize(request, message, entry.schema);
  } catch (error) {
    return { case: "serializeError", value: String(error) };
  }
}

function parse(request: ConformanceRequest, type: TestedClass, schema: DescMessage): MessageInstance | undefined {
  const { payload, testCategory } = request;
  switch (payload.case) {
    case "protobufPayload":
      return type.fromBinary(payload.value);
    case "jsonPayload": {
      const ignoreUnknownFields = testCategory === TestCategory.JSON_IGNORE_UNKNOWN_PARSING_TEST;
      return type.fromJsonString(payload.value, { ignoreUnknownFields, registry });
    }
    case "textPayload":
      return type.fromBinary(toBinary(schema, fromText(schema, payload.value, { registry: textRegistry })));
    default:
      return undefined;
  }
}

function serialize(request: ConformanceRequest, message: MessageInstance, schema: DescMessage): Result {
  const { requestedOutputFormat, printUnknownFields } = request;
  switch (requestedOutputFormat) {
    case WireFormat.PROTOBUF:
      return { case: "protobufPayload", value: message.toBinary() };
    case WireFormat.JSON:
      return { case: "jsonPayload", value: message.toJsonString({ registry }) };
    case WireFormat.TEXT_FORMAT:
      return { case: "textPayload", value: toText(schema, message, { registry: textRegistry, printUnknownFields }) };
    default:
      return { case: "skipped", value: `unsupported output format ${WireFormat[requestedOutputFormat]}` };
  }
}

/** Returns undefined where the input ends before the first byte. */
function readBytes(length: number): Buffer | undefined {
  const buffer = Buffer.alloc(length);
  for (let offset = 0; offset < length; ) {
    const count = readSync(0, buffer, offset, length - offset, null);
    if (count === 0 && offset === 0) return undefined;
    if (count === 0) throw new Error(`the runner closed the pipe after ${offset} of ${length} bytes`);
    offset += count;
  }
  return buffer;
}

function writeBytes(bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) {
    offset += writeSync(1, bytes, offset);
  }
}
