import { type OptionTable, type OptionValues, parseOptions } from "../options.js";
import { parameterOf, type RawOption } from "../other-options.js";

/**
 * The part of the init of `createEcmaScriptPlugin` that describes the plugin's own options. Spread it into the init. All
 * errors are reported at once, and `--help` lists the options.
 */
export function optionTable<const T extends OptionTable>(
  table: T,
): { readonly optionTable: T; parseOptions(options: RawOption[]): OptionValues<T> } {
  return { optionTable: table, parseOptions: (options) => parseOptions(table, parameterOf(options)) };
}
