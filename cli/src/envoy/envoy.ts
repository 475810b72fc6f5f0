import { helpOption, type Option, optionsHelp, parseOptions } from "../options.js";
import { difference, showDifference } from "./diff.js";
import { publish } from "./publish.js";
import { readConfiguration } from "./resources.js";

interface EnvoyValues {
  readonly admin?: string;
  readonly format?: string;
  readonly help?: boolean;
}

export const envoyOptions: Readonly<Record<keyof EnvoyValues, Option>> = {
  admin: { type: "string", value: "URL", about: "for publish: the address of Envoy's admin interface" },
  format: { type: "string", value: "FORMAT", choices: ["text", "json"], about: "for diff: text (default) or json" },
  help: helpOption,
};

const usage = `protoloom envoy publish FROM TO [--admin URL]

Moves the output of protoc-gen-envoy with format=files from the folder FROM (xds) to the folder TO, which Envoy watches.
Each file is replaced in one step, in an order that never refers to a missing resource. With --admin, the address of
Envoy's admin interface, each step waits until Envoy has applied it, and publishing stops if Envoy refuses one.

protoloom envoy diff OLD NEW [--format text|json]

Shows what a change does to traffic: routes and shares that differ, listeners that drain their connections, clusters that
warm up again, endpoints that are added or removed. OLD and NEW are outputs of protoc-gen-envoy: envoy.yaml, or the folder
xds or ads.

${optionsHelp(envoyOptions)}
`;

/** `protoloom envoy …`: commands that work on a generated configuration. */
export async function envoyCommand(args: string[]): Promise<number> {
  try {
    const { values, positionals } = parseOptions<EnvoyValues>(args, envoyOptions);
    const [name, from, to, ...more] = positionals;
    if (values.help) return say(usage);
    if ((name !== "publish" && name !== "diff") || from === undefined || to === undefined || more.length > 0)
      throw new Error(
        `expected publish FROM TO or diff OLD NEW, got ${JSON.stringify(positionals.join(" "))}\n\n${usage}`,
      );
    if (name === "diff") return diff(from, to, values.format ?? "text");
    await publish(from, to, values.admin?.replace(/\/$/, ""), say);
    return 0;
  } catch (e) {
    process.stderr.write(`protoloom envoy: ${(e as Error).message}\n`);
    return 1;
  }
}

function diff(before: string, after: string, format: string): number {
  if (format !== "text" && format !== "json")
    throw new Error(`unknown format ${JSON.stringify(format)}: expected text or json`);
  const found = difference(readConfiguration(before), readConfiguration(after));
  return say(format === "json" ? `${JSON.stringify(found, undefined, 2)}\n` : showDifference(found));
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}
