import type { OptionTable } from "./options.js";

/** A command of `protoloom`. */
export interface Command {
  readonly about: string;
  /** The words that may follow it, such as the name of a subcommand. */
  readonly words?: readonly string[];
  /** A function if they come from a package that is not always installed. */
  readonly options: OptionTable | (() => Promise<OptionTable>);
  run(args: string[]): number | Promise<number>;
}
