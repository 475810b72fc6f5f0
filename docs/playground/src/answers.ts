/** The answers of the playground, from descriptors: pure functions that run in any thread of any engine. */
import {
  createFileRegistry,
  type DescFile,
  type DescMessage,
  type FileRegistry,
  fromBinary,
  fromJsonString,
  toBinary,
} from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import {
  CodeGeneratorResponseSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { type Plugin, readRequest, respond } from "@protoloom/plugin-kit";
import { parseImage } from "../../../plugins/protoc-gen-compat/src/baseline/image.js";
import { ways } from "../../../plugins/protoc-gen-compat/src/formats/text.js";
import { gate } from "../../../plugins/protoc-gen-compat/src/gate.js";
import { defaultPolicy } from "../../../plugins/protoc-gen-compat/src/policy/policy.js";
import { mainPlace, summary } from "../../../plugins/protoc-gen-compat/src/report.js";
import { compile } from "../../../plugins/protoc-gen-envoy/src/compile.js";
import { explainHtml } from "../../../plugins/protoc-gen-envoy/src/explain/html.js";
import { showProblem } from "../../../plugins/protoc-gen-envoy/src/problem.js";
import { protocGenTs } from "../../../plugins/protoc-gen-ts/src/plugin.js";
import { protocGenTsGrpc } from "../../../plugins/protoc-gen-ts-grpc/src/plugin.js";
import { explainBytes, type Part } from "./explain-bytes.js";

/** A compiled schema: an encoded FileDescriptorSet with source info, and the file in it that was asked for. */
export interface Compiled {
  readonly set: Uint8Array;
  readonly file: string;
}

/** A text, or the reason why there is none. */
export type Result<T> = { readonly ok: T } | { readonly error: string };

/** A generated file. */
export interface Generated {
  readonly name: string;
  readonly text: string;
}

/** The message classes of the file and, if it has services, their stubs. `parameter` has options of protoc-gen-ts. */
export function codeOf({ set, file }: Compiled, parameter: string): Result<Generated[]> {
  const protos = protoFilesOf(set);
  const messages = run(protocGenTs, protos, file, parameter);
  if ("error" in messages) return messages;
  const services = run(protocGenTsGrpc, protos, file, "");
  return "error" in services ? services : { ok: [...messages.ok, ...services.ok] };
}

// Field numbers of CodeGeneratorRequest
const FILE_TO_GENERATE = 1;
const PARAMETER = 2;
const PROTO_FILE = 15;

/** The files of a FileDescriptorSet as a request has them. */
function protoFilesOf(set: Uint8Array): Uint8Array {
  const request = new BinaryWriter();
  for (const file of fromBinary(FileDescriptorSetSchema, set).file)
    request.tag(PROTO_FILE, WireType.LengthDelimited).bytes(toBinary(FileDescriptorProtoSchema, file));
  return request.finish();
}

// biome-ignore lint/suspicious/noExplicitAny: each plugin has its own options
function run(plugin: Plugin<any, any>, protos: Uint8Array, file: string, parameter: string): Result<Generated[]> {
  const request = new BinaryWriter();
  request.tag(FILE_TO_GENERATE, WireType.LengthDelimited).string(file);
  request.tag(PARAMETER, WireType.LengthDelimited).string(parameter);
  request.raw(protos);
  const response = fromBinary(CodeGeneratorResponseSchema, joined([...respond(plugin, readRequest(request.finish()))]));
  if (response.error !== "") return { error: response.error };
  return { ok: response.file.map(({ name, content }) => ({ name, text: content })) };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** The full names of the file's messages, each before those within it. */
export function messagesOf(compiled: Compiled): string[] {
  const namesIn = (message: DescMessage): string[] => [message.typeName, ...message.nestedMessages.flatMap(namesIn)];
  return registryOf(compiled).getFile(compiled.file)!.messages.flatMap(namesIn);
}

/** A message in bytes, taken apart. */
export interface Encoded {
  readonly bytes: Uint8Array;
  readonly parts: readonly Part[];
}

/** Encodes a message that is given in ProtoJSON. */
export function bytesOf(compiled: Compiled, type: string, json: string): Result<Encoded> {
  const registry = registryOf(compiled);
  const message = registry.getMessage(type);
  if (message === undefined) return { error: `There is no message ${type}.` };
  try {
    const bytes = toBinary(message, fromJsonString(message, json, { registry }));
    return { ok: { bytes, parts: explainBytes(message, bytes) } };
  } catch (e) {
    return { error: (e as Error).message };
  }
}

/** A change, as the gate judges it. */
export interface Change {
  readonly severity: "error" | "warning" | "info";
  readonly rule: string;
  readonly line: number;
  readonly text: string;
  readonly before: string;
  readonly after: string;
  readonly why: string;
  readonly fix: string;
  readonly witnesses: readonly ShownWitness[];
}

/** A value that one version writes and the other reads differently. */
export interface ShownWitness {
  readonly surface: string;
  readonly way: string;
  readonly data: string;
  readonly written: string;
  readonly read: string;
}

/** The changes between two versions, the worst first, and their count in a line. */
export interface Comparison {
  readonly summary: string;
  readonly changes: readonly Change[];
}

/** The verdict of the gate, with its default policy. */
export function comparisonOf(previous: Compiled, next: Compiled): Comparison {
  const imageOf = ({ set, file }: Compiled, name: string) => parseImage(set, name, (each) => each !== file);
  const baseline = { name: "the old version", image: imageOf(previous, "the old version") };
  const report = gate([baseline], imageOf(next, "the new version"), { policy: defaultPolicy, seed: 1 });
  const changes = report.entries.map((entry): Change => {
    const { finding, why, fix } = entry;
    return {
      severity: finding.severity as Change["severity"],
      rule: finding.rule,
      line: mainPlace(entry).line,
      text: finding.text,
      before: finding.before ?? "",
      after: finding.after ?? "",
      why,
      fix: finding.suggestion ?? fix,
      witnesses: finding.effects.flatMap(({ surface, direction, witness }) =>
        witness === undefined ? [] : [{ ...shown(witness), surface, way: ways[direction] }],
      ),
    };
  });
  return { summary: summary(report), changes };
}

function shown({ data, written, read }: Omit<ShownWitness, "surface" | "way">): Omit<ShownWitness, "surface" | "way"> {
  return { data, written, read };
}

/** The routes of Envoy as a page with a picture, from a deployment file. */
export function routesOf(compiled: Compiled, deployment: string): Result<string> {
  const files: DescFile[] = [registryOf(compiled).getFile(compiled.file)!];
  const { model, problems } = compile(files, { name: "deployment.yaml", text: deployment }, undefined);
  const errors = problems.filter(({ isNote }) => !isNote);
  return errors.length > 0 ? { error: errors.map(showProblem).join("\n") } : { ok: explainHtml(model) };
}

function registryOf({ set }: Compiled): FileRegistry {
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, set));
}
