import { PluginError } from "./plugin-error.js";

/**
 * The entry of a table for a name that a user, a schema or a peer gives: own properties only, because every object inherits
 * some, such as `constructor`.
 */
export function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** The entry that the value of an option names. Throws PluginError with the names that there are. */
export function ownByOption<T>(table: Readonly<Record<string, T>>, option: string, name: string): T {
  const entry = own(table, name);
  if (entry !== undefined) return entry;
  throw new PluginError(`invalid option "${option}=${name}": expected ${Object.keys(table).join(", ")}`);
}
