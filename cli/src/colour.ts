import { UsageError } from "./options.js";

const choices = ["auto", "always", "never"];

/** The part of an output that matters for colours. */
export interface Terminal {
  readonly isTTY?: boolean;
}

/**
 * Whether to colour text. `--color` wins over FORCE_COLOR (https://force-color.org), which wins over NO_COLOR
 * (https://no-color.org), as in Node itself. Throws UsageError for another value.
 */
export function hasColour(
  chosen: string | undefined,
  terminal: Terminal,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (chosen !== undefined && !choices.includes(chosen))
    throw new UsageError(`--color is ${JSON.stringify(chosen)}: expected ${choices.join(", ")}`);
  if (chosen === "always" || chosen === "never") return chosen === "always";
  const { FORCE_COLOR: force, NO_COLOR: no, TERM } = env;
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  if (no !== undefined && no !== "") return false;
  return terminal.isTTY === true && TERM !== "dumb";
}
