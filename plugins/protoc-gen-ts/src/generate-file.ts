import type { DescFile } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { type GeneratedFile, headOf, targets } from "@protoloom/plugin-kit";
import manifest from "../package.json" with { type: "json" };
import { emitEnum } from "./enum.js";
import { emitExtension } from "./extension.js";
import { emitFileDescriptor } from "./file-descriptor.js";
import { emitMessage } from "./message/message.js";
import type { Options } from "./options.js";
import { Output } from "./output.js";
import { emitService } from "./service.js";

/** The plugin and its version, if that is wanted, for the heads of files. */
export function generatorOf(options: Options): string {
  return options.elide_plugin_version === "true" ? "protoc-gen-ts" : `protoc-gen-ts v${manifest.version}`;
}

/** Generates the code of one proto file: one file, or two for target=js. */
export function generateFile(
  file: DescFile,
  generating: ReadonlySet<DescFile>,
  options: Options,
  parameter: string,
): GeneratedFile[] {
  return targets[options.target].map((target) => {
    const out = new Output(file, target, generating, options);
    emitFileDescriptor(out);
    for (const type of nestedTypes(file)) {
      switch (type.kind) {
        case "message":
          emitMessage(out, type);
          break;
        case "enum":
          emitEnum(out, type);
          break;
        case "extension":
          emitExtension(out, type);
          break;
        case "service":
          emitService(out, type);
          break;
      }
    }
    return {
      name: out.name,
      content: out.toBytes(headOf(file, generatorOf(options), parameter, options.ts_nocheck === "false")),
    };
  });
}
