/** The commands of @protoloom/control-plane, a separate package that is installed only to run a control plane. */
interface Commands {
  controlPlaneCommand(args: readonly string[], around: Surroundings): Promise<number>;
  bootstrapCommand(args: readonly string[], around: Surroundings): number;
}

interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  out(text: string): void;
  error(text: string): void;
  readonly stopped: Promise<void>;
}

const PACKAGE: string = "@protoloom/control-plane/main";

export function controlPlane(args: string[]): Promise<number> {
  return run((commands, around) => commands.controlPlaneCommand(args, around));
}

export function bootstrap(args: string[]): Promise<number> {
  return run((commands, around) => commands.bootstrapCommand(args, around));
}

async function run(command: (commands: Commands, around: Surroundings) => number | Promise<number>): Promise<number> {
  let commands: Commands;
  try {
    commands = (await import(PACKAGE)) as Commands;
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw e;
    process.stderr.write("this command needs a package of its own: npm install @protoloom/control-plane\n");
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
