import type { OptionTable } from "../options.js";

/** A command with what can follow it. */
export interface Completed {
  readonly name: string;
  readonly about: string;
  readonly words: readonly string[];
  readonly options: OptionTable;
}
