import { dirname, join, resolve } from "node:path";
import type { DescFile } from "@bufbuild/protobuf";
import { type GeneratedFile, ownByOption, type Plugin, PluginError, serializedFile } from "@protoloom/plugin-kit";
import manifest from "../package.json" with { type: "json" };
import { imageOf } from "./baseline/image.js";
import { loadBaselines } from "./edge/load.js";
import { loadRules } from "./edge/load-rules.js";
import { readYaml } from "./edge/read-yaml.js";
import { isSource } from "./finding.js";
import { formats } from "./formats/index.js";
import { gate } from "./gate.js";
import { InputError } from "./input-error.js";
import { options } from "./options.js";
import { ConfigError, parseConfig } from "./policy/config.js";
import type { Report } from "./report.js";
import { failing, mainPlace, showPlace, summary } from "./report.js";

/** `protoc --compat_out=. --compat_opt=against=image.binpb x.proto`: fails on a break, otherwise writes the reports. */
export const protocGenCompat: Plugin<typeof options> = {
  name: "protoc-gen-compat",
  version: manifest.version,
  options,
  generate({ files, options }): GeneratedFile[] {
    try {
      const wanted = options.format.split("\n").map((name) => ownByOption(formats, "format", name));
      const report = reportOn(files, options);
      if (report.judgement.failed && options.report_only === "false") throw new PluginError(errorOf(report));
      return wanted.map(({ file, format }) => ({ name: file, content: format(report, options.all === "true") }));
    } catch (e) {
      if (e instanceof InputError || e instanceof ConfigError) throw new PluginError(e.message);
      throw e;
    }
  },
};

function reportOn(files: readonly DescFile[], values: Record<keyof typeof options, string>): Report {
  const today = values.today || new Date().toISOString().slice(0, 10);
  const config = parseConfig(values.config === "" ? {} : readYaml(values.config), values.config, today, {}, (paths) =>
    loadRules(paths, dirname(values.config)),
  );
  const against = [...values.against.split("\n").filter(Boolean), ...config.against];
  if (against.length === 0) throw new PluginError('expected the option "against=BASELINE", such as against=git:main');
  const beside = dirname(values.config);
  const protoPaths = config.protoPaths.map((path) => ({ path: resolve(beside, path), shown: join(beside, path) }));
  const from = { folder: values.folder, cwd: process.cwd(), compiler: config.compiler, protoPaths };
  const baselines = against.flatMap((each) => loadBaselines(each, from));
  const all = new Map<string, DescFile>();
  files.forEach((file) => void collect(file, all));
  const next = imageOf(
    Array.from(all.values(), ({ proto }) => serializedFile(proto)!), // as protoc and buf sent it
    "request",
  );
  // protoc may pass only some files: a file that was not passed is not removed
  const names = new Set(files.map(({ proto }) => proto.name));
  return gate(baselines, next, { policy: config.policy, rules: config.rules, seed: 1, files: names });
}

function collect(file: DescFile, all: Map<string, DescFile>): void {
  if (all.has(file.proto.name)) return;
  for (const dependency of file.dependencies) collect(dependency, all);
  all.set(file.proto.name, file);
}

/** Each break with its place, its witness and the suggested fix. */
function errorOf(report: Report): string {
  const lines = failing(report).map((entry) => {
    const { finding, fix } = entry;
    const witness = finding.effects.find(
      (effect) => effect.witness !== undefined && !isSource(effect.surface),
    )?.witness;
    const proof =
      witness === undefined
        ? ""
        : `\n    ${witness.surface} ${witness.data}: ${witness.written} is read as ${witness.read}`;
    return `${showPlace(mainPlace(entry))}: ${finding.text} (${finding.rule})${proof}\n    ${fix}`;
  });
  return [...lines, ...report.judgement.problems, summary(report)].join("\n");
}
