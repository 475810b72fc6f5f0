import { type OptionTable, requireKnown, UsageError } from "./options.js";

/** Loads the module of a command that has a package of its own. Undefined if that is not installed. */
export async function optionalPackage<T>(module: string): Promise<T | undefined> {
  try {
    return (await import(module)) as T;
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw e;
  }
}

/** Says what is wrong with the arguments of such a command, in one line. Whether they may be passed on. */
export function areKnown(command: string, args: readonly string[], options: OptionTable): boolean {
  try {
    requireKnown(args, options);
    return true;
  } catch (e) {
    if (!(e instanceof UsageError)) throw e;
    process.stderr.write(`protoloom ${command}: ${e.message}\n`);
    return false;
  }
}

/** Says how to install the package of a command. */
export function sayMissing(install: string): void {
  process.stderr.write(`this command needs a package of its own: npm install ${install}\n`);
}
