import { PluginError } from "./plugin-error.js";

/**
 * Looks up a name given by a user, a schema or a peer. It considers own properties only, because every object inherits some,
 * such as `constructor`.
 */
export function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** The entry that an option's value names. Throws a PluginError that lists the available names. */
export function ownByOption<T>(table: Readonly<Record<string, T>>, option: string, name: string): T {
  const entry = own(table, name);
  if (entry !== undefined) return entry;
  throw new PluginError(`invalid option "${option}=${name}": expected ${Object.keys(table).join(", ")}`);
}
