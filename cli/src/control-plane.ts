import { type OptionTable, requireKnown, UsageError } from "./options.js";

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
    process.stderr.write("this command needs a package of its own: npm install @protoloom/control-plane\n");
    return 1;
  }
  try {
    requireKnown(args, commands.commandOptions[name]);
  } catch (e) {
    if (!(e instanceof UsageError)) throw e;
    process.stderr.write(`protoloom ${name}: ${e.message}\n`);
    return 1;
  }
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

async function load(): Promise<Commands | undefined> {
  try {
    return (await import(PACKAGE)) as Commands;
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw e;
  }
}
