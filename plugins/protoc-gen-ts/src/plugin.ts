import type { DescFile } from "@bufbuild/protobuf";
import { type GeneratedFile, type Plugin, refuse } from "@protoloom/plugin-kit";
import { protoNames } from "@protoloom/protobuf/interop";
import manifest from "../package.json" with { type: "json" };
import { generateFile, generatorOf } from "./generate-file.js";
import { indexFiles } from "./index-file.js";
import { mistakesIn } from "./mistakes.js";
import { options } from "./options.js";

/** `protoc --ts_out=. x.proto`: message classes with generated codecs, as `x_pb.ts` or `x_pb.js` with `x_pb.d.ts`. */
export const protocGenTs: Plugin<typeof options> = {
  name: "protoc-gen-ts",
  version: manifest.version,
  options,
  *generate(request): Generator<GeneratedFile, void, undefined> {
    if (request.options.names === "proto") request.files.forEach(protoNames);
    refuse(request.files.flatMap((file) => mistakesIn(file, request.options)));
    const generating = new Set(request.files);
    const generate = (file: DescFile): GeneratedFile[] =>
      generateFile(file, generating, request.options, request.parameter);
    if (request.options.index === "none") {
      for (const file of request.files) yield* generate(file);
    } else {
      const all = request.files.map((file) => ({ file, outputs: generate(file) }));
      yield* [
        ...indexFiles(all, request.options, generatorOf(request.options)),
        ...all.flatMap(({ outputs }) => outputs),
      ];
    }
  },
};
