import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type CodeGeneratorResponse,
  CodeGeneratorResponseSchema,
} from "@bufbuild/protobuf/wkt";
import { readRequest, respond } from "@protoloom/plugin-kit";
import { protocGenTs } from "../../../plugins/protoc-gen-ts/src/plugin.js";
import { requestFor, type Sources } from "../compile.js";

/** Runs protoc-gen-ts on a request, in this process. */
export function answer(request: CodeGeneratorRequest): CodeGeneratorResponse {
  const pieces = respond(protocGenTs, readRequest(toBinary(CodeGeneratorRequestSchema, request)));
  return fromBinary(CodeGeneratorResponseSchema, Buffer.concat([...pieces]));
}

/** Runs protoc-gen-ts on proto sources; returns the text of the generated files by their name. */
export function generate(sources: Sources, parameter?: string): Map<string, string> {
  const { error, file } = answer(requestFor(sources, parameter));
  if (error !== "") throw new Error(error);
  return new Map(file.map(({ name, content }) => [name, content]));
}
