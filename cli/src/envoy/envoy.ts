import { parseArgs } from "node:util";
import { publish } from "./publish.js";

const usage = `protoloom envoy publish FROM TO [--admin URL]

  Brings what protoc-gen-envoy has written with format=files from FROM, the folder xds, to TO, the folder that Envoy
  watches: in the order in which nothing is named before it is there, each file in one move. With --admin, the address of
  Envoy's administration, each step waits until Envoy has taken it, and stops where Envoy refuses one.
`;

/** `protoloom envoy …`: commands that work on a generated configuration. */
export async function envoyCommand(args: string[]): Promise<number> {
  try {
    const options = { admin: { type: "string" }, help: { type: "boolean", short: "h" } } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [name, from, to, ...more] = positionals;
    if (values.help) return say(usage);
    if (name !== "publish" || from === undefined || to === undefined || more.length > 0)
      throw new Error(`expected publish FROM TO, got ${JSON.stringify(positionals.join(" "))}\n\n${usage}`);
    await publish(from, to, values.admin?.replace(/\/$/, ""), say);
    return 0;
  } catch (e) {
    process.stderr.write(`protoloom envoy: ${(e as Error).message}\n`);
    return 1;
  }
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}
