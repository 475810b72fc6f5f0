import type { DescFile } from "@bufbuild/protobuf";
import type { Model } from "@protoloom/envoy";
import { type GeneratedFile, ownByOption, type Plugin, PluginError, readText } from "@protoloom/plugin-kit";
import manifest from "../package.json" with { type: "json" };
import { compile, type Source } from "./compile.js";
import { explainHtml } from "./explain/html.js";
import { explainMarkdown } from "./explain/markdown.js";
import { formats, notesOf } from "./formats/index.js";
import { type Options, options } from "./options.js";
import { type Problem, showProblem } from "./problem.js";

/** `protoc --envoy_out=. --envoy_opt=deployment=deployment.yaml x.proto`: writes nothing if there is any mistake. */
export const protocGenEnvoy: Plugin<typeof options> = {
  name: "protoc-gen-envoy",
  version: manifest.version,
  options,
  generate({ files, options }): GeneratedFile[] {
    const names = options.format.split("\n");
    const wanted = names.map((name) => ownByOption(formats, "format", name));
    const { model, notes } = modelOf(files, options);
    // protoc passes stderr on, and has no other channel for notes
    for (const note of [...notes.map(showProblem), ...names.flatMap((name) => notesOf(name, model))])
      process.stderr.write(`${note}\n`);
    const pages = options.explain === "true" ? explain(model) : [];
    return [...wanted.flatMap((format) => format.files(model, options)), ...pages];
  },
};

function explain(model: Model): GeneratedFile[] {
  return [
    { name: "envoy.md", content: explainMarkdown(model) },
    { name: "envoy.html", content: explainHtml(model) },
  ];
}

/** Reads the files that the options name and builds the model. Throws all mistakes as one PluginError. */
function modelOf(files: readonly DescFile[], options: Options): { model: Model; notes: Problem[] } {
  const { model, problems } = compile(files, sourceOf(options.deployment), sourceOf(options.service_config));
  const errors = problems.filter(({ isNote }) => !isNote);
  if (errors.length > 0) throw new PluginError(errors.map(showProblem).join("\n"));
  return { model, notes: problems.filter(({ isNote }) => isNote) };
}

function sourceOf(name: string): Source | undefined {
  return name === "" ? undefined : { name, text: readText(name) };
}
