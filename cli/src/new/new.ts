import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { helpOption, type Option, optionsHelp, parseOptions, UsageError } from "../options.js";
import { type ChoiceName, type Chosen, choices, valuesOf } from "./choices.js";
import { mistakeInName, packageName } from "./name.js";
import { projectFiles, runnerModules } from "./project.js";
import { writeProject } from "./write-project.js";

type NewValues = { readonly [N in ChoiceName]?: string } & { readonly help?: boolean };

export const newOptions: Readonly<Record<keyof NewValues, Option>> = {
  kind: optionOf("kind", "KIND"),
  compiler: optionOf("compiler", "NAME"),
  runner: optionOf("runner", "NAME"),
  help: helpOption,
};

function optionOf(name: ChoiceName, value: string): Option {
  const values = Object.entries(choices[name].values).map(([each, about]) => `${each}: ${about}`);
  return { type: "string", value, choices: valuesOf(name), about: values.join("; ") };
}

const usage = `protoloom new [FOLDER]    or    npm create protoloom [FOLDER]

Writes a new project into FOLDER: protos, code, tests and a gate against breaking changes, all of which pass. It asks for what
no option says, if it runs in a terminal; elsewhere, the first value of each is taken.

${optionsHelp(newOptions)}

Exit codes: 0 written; 1 nothing was written, and the output says why.
`;

/** `protoloom new`, and `npm create protoloom`. Returns the exit code. */
export async function newCommand(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseOptions<NewValues>(args, newOptions);
    if (values.help) {
      process.stdout.write(usage);
      return 0;
    }
    if (positionals.length > 1) throw new UsageError(`expected one folder, got ${positionals.join(" and ")}`);
    return await create(chosenIn(values), positionals[0]);
  } catch (e) {
    if (!(e instanceof UsageError)) throw e;
    process.stderr.write(`protoloom new: ${e.message}\n`);
    return 1;
  }
}

async function create(said: Partial<Chosen>, named: string | undefined): Promise<number> {
  const isComplete = named !== undefined && Object.keys(said).length === Object.keys(choices).length;
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (!isTerminal && named === undefined)
    throw new UsageError("expected the name of a folder; --help lists the options");
  const answer =
    isComplete || !isTerminal
      ? { folder: named!, chosen: withDefaults(said) }
      : await (await import("./ask.js")).ask(said, named); // which other commands need not load
  if (answer === undefined) return 1;
  const { folder, chosen } = answer;
  const mistake = mistakeInName(folder);
  if (mistake !== undefined) throw new UsageError(mistake);
  const files = projectFiles(packageName(folder), manifest.version, chosen);
  writeProject(folder, files, templates(), runnerModules[chosen.runner]);
  process.stdout.write(
    `Written: ${folder}\n\n  cd ${relative(".", folder) || "."}\n  npm install\n  npm test\n  npm run check\n`,
  );
  return 0;
}

/** The folder of the templates: beside the bundle's, or, when the sources run, beside theirs. */
function templates(): string {
  const candidates = ["../template", "../../template"].map((path) => join(import.meta.dirname, path));
  return candidates.find((path) => existsSync(path))!;
}

function withDefaults(said: Partial<Chosen>): Chosen {
  const { kind = valuesOf("kind")[0]!, compiler = valuesOf("compiler")[0]!, runner = valuesOf("runner")[0]! } = said;
  return { kind, compiler, runner };
}

/** The choices that options make. Throws UsageError for a value that there is not. */
function chosenIn(values: NewValues): Partial<Chosen> {
  const chosen: Record<string, string> = {};
  for (const name of Object.keys(choices) as ChoiceName[]) {
    const value = values[name];
    if (value === undefined) continue;
    const known: readonly string[] = valuesOf(name);
    if (!known.includes(value))
      throw new UsageError(`--${name} is ${JSON.stringify(value)}: expected ${known.join(", ")}`);
    chosen[name] = value;
  }
  return chosen as Partial<Chosen>;
}
