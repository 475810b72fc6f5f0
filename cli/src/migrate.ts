import { type OptionTable, optionsHelp, requireKnown, UsageError } from "./options.js";

/** The command of @protoloom/migrate, a package of its own: it brings a TypeScript compiler, and is used once. */
interface Migration {
  migrateCommand(args: readonly string[], around: Surroundings): number;
  readonly migrateOptions: OptionTable;
  readonly migrateUsage: string;
}

interface Surroundings {
  out(text: string): void;
  error(text: string): void;
}

const PACKAGE: string = "@protoloom/migrate/main";

/** `protoloom migrate`. */
export async function migrate(args: string[]): Promise<number> {
  const migration = await load();
  if (migration === undefined) {
    process.stderr.write("this command needs a package of its own: npm install --save-dev @protoloom/migrate\n");
    return 1;
  }
  try {
    requireKnown(args, migration.migrateOptions);
  } catch (e) {
    if (!(e instanceof UsageError)) throw e;
    process.stderr.write(`protoloom migrate: ${e.message}\n`);
    return 1;
  }
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(`${migration.migrateUsage}\n${optionsHelp(migration.migrateOptions)}\n`);
    return 0;
  }
  return migration.migrateCommand(args, {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
  });
}

/** Its options, for completion. None if the package is not installed. */
export async function migrateOptions(): Promise<OptionTable> {
  return (await load())?.migrateOptions ?? {};
}

async function load(): Promise<Migration | undefined> {
  try {
    return (await import(PACKAGE)) as Migration;
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw e;
  }
}
