import type { CodeGeneratorRequest, CodeGeneratorResponse } from "@bufbuild/protobuf/wkt";
import { respond } from "../../../plugins/kit/src/index.js";
import { protocGenTs } from "../../../plugins/protoc-gen-ts/src/plugin.js";
import { requestFor, type Sources } from "../compile.js";

/** Runs protoc-gen-ts on a request, in this process. */
export function answer(request: CodeGeneratorRequest): CodeGeneratorResponse {
  return respond(protocGenTs, request);
}

/** Runs protoc-gen-ts on proto sources; returns the text of the generated files by their name. */
export function generate(sources: Sources, parameter?: string): Map<string, string> {
  const { error, file } = answer(requestFor(sources, parameter));
  if (error !== "") throw new Error(error);
  return new Map(file.map(({ name, content }) => [name, content]));
}
