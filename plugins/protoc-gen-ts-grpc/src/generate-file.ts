import type { DescFile } from "@bufbuild/protobuf";
import { type GeneratedFile, headOf, targets } from "@protoloom/plugin-kit";
import manifest from "../package.json" with { type: "json" };
import { emitCodecs } from "./codecs.js";
import { emitInterfaces } from "./interfaces.js";
import type { Options } from "./options.js";
import { Output } from "./output.js";
import { emitService } from "./service.js";

/** Generates the services of one proto file: one file, or two for target=js. */
export function generateFile(
  file: DescFile,
  generating: ReadonlySet<DescFile>,
  options: Options,
  parameter: string,
): GeneratedFile[] {
  if (file.services.length === 0 && options.keep_empty_files === "false") return [];
  return targets[options.target].map((target) => {
    const out = new Output(file, target, generating, options);
    emitCodecs(out);
    for (const service of file.services) {
      emitService(out, service);
      emitInterfaces(out, service);
    }
    if (file.services.length === 0) out.print("export {};");
    return {
      name: out.name,
      content: out.toBytes(headOf(file, generatorOf(options), parameter, options.ts_nocheck === "false")),
    };
  });
}

/** The plugin and its version, if that is wanted. */
function generatorOf(options: Options): string {
  return options.elide_plugin_version === "true" ? "protoc-gen-ts-grpc" : `protoc-gen-ts-grpc v${manifest.version}`;
}
