import { type GeneratedFile, type Plugin, refuse } from "@protoloom/plugin-kit";
import manifest from "../package.json" with { type: "json" };
import { generateFile } from "./generate-file.js";
import { mistakesIn } from "./mistakes.js";
import { options } from "./options.js";

/** `protoc --ts_out=. x.proto`: message classes with generated codecs, as `x_pb.ts` or `x_pb.js` with `x_pb.d.ts`. */
export const protocGenTs: Plugin<typeof options> = {
  name: "protoc-gen-ts",
  version: manifest.version,
  options,
  *generate(request): Generator<GeneratedFile, void, undefined> {
    refuse(request.files.flatMap((file) => mistakesIn(file, request.options)));
    const generating = new Set(request.files);
    for (const file of request.files) yield* generateFile(file, generating, request.options, request.parameter);
  },
};
