import type { GeneratedFile, Plugin } from "@protoloom/plugin-kit";
import manifest from "../package.json" with { type: "json" };
import { generateFile } from "./generate-file.js";
import { options } from "./options.js";

/** `protoc --ts-grpc_out=. x.proto`: the services of a file, as `x_grpc.ts` or `x_grpc.js` with `x_grpc.d.ts`. */
export const protocGenTsGrpc: Plugin<typeof options> = {
  name: "protoc-gen-ts-grpc",
  version: manifest.version,
  options,
  *generate(request): Generator<GeneratedFile, void, undefined> {
    const generating = new Set(request.files);
    for (const file of request.files) yield* generateFile(file, generating, request.options, request.parameter);
  },
};
