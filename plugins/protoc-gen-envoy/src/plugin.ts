import type { DescFile } from "@bufbuild/protobuf";
import type { Model, Place } from "@protoloom/envoy";
import { type GeneratedFile, ownByOption, type Plugin, PluginError, readText } from "@protoloom/plugin-kit";
import manifest from "../package.json" with { type: "json" };
import { checkModel } from "./checks/index.js";
import { explainHtml } from "./explain/html.js";
import { explainMarkdown } from "./explain/markdown.js";
import { formats, notesOf } from "./formats/index.js";
import { readDeployment } from "./input/deployment.js";
import { readServiceConfig } from "./input/service-config.js";
import { type Options, options } from "./options.js";
import { buildModel } from "./plan/build.js";
import { type Problem, showProblem } from "./problem.js";

/** `protoc --envoy_out=. --envoy_opt=deployment=deployment.yaml x.proto`: writes nothing if there is any mistake. */
export const protocGenEnvoy: Plugin<typeof options> = {
  name: "protoc-gen-envoy",
  version: manifest.version,
  options,
  generate({ files, options }): GeneratedFile[] {
    const names = options.format.split("\n");
    const wanted = names.map((name) => ownByOption(formats, "format", name));
    const { model, notes } = compile(files, options);
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
function compile(
  files: readonly DescFile[],
  { deployment: file, service_config: config }: Options,
): { model: Model; notes: Problem[] } {
  const deployment = readDeployment(file === "" ? undefined : readText(file), file);
  const serviceConfig = config === "" ? undefined : readServiceConfig(readText(config), config);
  const built = buildModel({ files, deployment, serviceConfig });
  const readers = [deployment.places, serviceConfig?.places, built.protoPlaces].filter((each) => each !== undefined);
  const isKnown = (place: Place): boolean => readers.some(({ replaced }) => replaced.has(place));
  const problems = [...readers.flatMap((each) => each.problems), ...checkModel(built, isKnown)];
  const errors = problems.filter(({ isNote }) => !isNote);
  if (errors.length > 0) throw new PluginError(errors.map(showProblem).join("\n"));
  return { model: built.model, notes: problems.filter(({ isNote }) => isNote) };
}
