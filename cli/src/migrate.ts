import { areKnown, optionalPackage, sayMissing } from "./optional-package.js";
import { type OptionTable, optionsHelp } from "./options.js";

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
    sayMissing("--save-dev @protoloom/migrate");
    return 1;
  }
  if (!areKnown("migrate", args, migration.migrateOptions)) return 1;
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

const load = (): Promise<Migration | undefined> => optionalPackage<Migration>(PACKAGE);
