import type { DescFile } from "@bufbuild/protobuf";
import { type GeneratedFile, locate, type Plugin, PluginError, refuse } from "@protoloom/plugin-kit";
import { protoNames } from "@protoloom/protobuf/interop";
import manifest from "../package.json" with { type: "json" };
import { Rules } from "./generate-file.js";
import { options } from "./options.js";
import { RuleReader } from "./rules.js";

/**
 * `protoc --ts-validate_out=. x.proto`: the rules of a file as `x_validate.ts`, or `x_validate.js` with `x_validate.d.ts`.
 * `warn` is told of each message whose rules cannot be compiled.
 */
export function protocGenTsValidate(warn: (text: string) => void): Plugin<typeof options> {
  return {
    name: "protoc-gen-ts-validate",
    version: manifest.version,
    options,
    *generate(request): Generator<GeneratedFile, void, undefined> {
      if (request.options.names === "proto") request.files.filter((file) => !hasRuleTypes(file)).forEach(protoNames);
      const reader = RuleReader.of(request.allFiles);
      if (reader === undefined) {
        if (request.options.keep_empty_files === "true")
          throw new PluginError("no file imports buf/validate/validate.proto");
        return;
      }
      const rules = new Rules(reader, request.options);
      const findings: string[] = [];
      for (const message of request.files.flatMap((file) => rules.messagesOf(file))) {
        const outcome = rules.outcomeOf(message);
        const isError =
          (outcome.kind === "invalid" && request.options.invalid_rules === "error") ||
          (outcome.kind === "library" && request.options.fallback === "error");
        if (outcome.kind === "code") continue;
        const text = `${locate(message)}: rules of ${message.typeName}: ${outcome.reason}`;
        if (isError) findings.push(text);
        else if (outcome.kind === "library") warn(`${text}; @bufbuild/protovalidate checks this message`);
      }
      refuse(findings);
      const generating = new Set(request.files);
      for (const file of request.files) yield* rules.generate(file, generating, request.parameter);
    },
  };
}

/** Whether it is buf/validate/validate.proto, whose messages are read here, by the names that protobuf-es gives their fields. */
function hasRuleTypes({ proto }: DescFile): boolean {
  return proto.package === "buf.validate";
}
