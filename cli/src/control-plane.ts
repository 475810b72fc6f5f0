import { areKnown, optionalPackage, sayMissing } from "./optional-package.js";
import type { OptionTable } from "./options.js";

/** The commands of @protoloom/control-plane, a separate package that is installed only to run a control plane. */
interface Commands {
  controlPlaneCommand(args: readonly string[], around: Surroundings): Promise<number>;
  bootstrapCommand(args: readonly string[], around: Surroundings): number;
  readonly commandOptions: Readonly<Record<Name, OptionTable>>;
}

type Name = "control-plane" | "bootstrap";

interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  out(text: string): void;
  error(text: string): void;
  readonly stopped: Promise<void>;
}

const PACKAGE: string = "@protoloom/control-plane/main";

export function controlPlane(args: string[]): Promise<number> {
  return run("control-plane", args, (commands, around) => commands.controlPlaneCommand(args, around));
}

export function bootstrap(args: string[]): Promise<number> {
  return run("bootstrap", args, (commands, around) => commands.bootstrapCommand(args, around));
}

/** The options of a command, for completion. None if the package is not installed. */
export async function controlPlaneOptions(name: Name): Promise<OptionTable> {
  return (await load())?.commandOptions[name] ?? {};
}

async function run(
  name: Name,
  args: readonly string[],
  command: (commands: Commands, around: Surroundings) => number | Promise<number>,
): Promise<number> {
  const commands = await load();
  if (commands === undefined) {
    sayMissing("@protoloom/control-plane");
    return 1;
  }
  if (!areKnown(name, args, commands.commandOptions[name])) return 1;
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  return command(commands, {
    env: process.env,
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    stopped,
  });
}

const load = (): Promise<Commands | undefined> => optionalPackage<Commands>(PACKAGE);
